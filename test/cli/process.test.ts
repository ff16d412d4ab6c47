import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { documents } from './json-documents.ts';
import { runKb, startKb } from './run-kb.ts';

let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kb-process-'));
  const knowledge = join(folder, 'knowledge');
  await mkdir(knowledge);
  await writeFile(join(knowledge, 'demo.txt'), '法国的首都是巴黎。\n苹果是一种很好吃的水果。\n');
  env = { KB_DATA: join(folder, 'data'), KB_KNOWLEDGE: knowledge, KB_PORT: '0' };
  // In a checkout whose source is newer the first run compiles; later ones may then run side by side.
  const first = await runKb(['--version'], env);
  expect(first).toMatchObject({ code: 0, err: '' });
});

afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

const found = z.object({ lines: z.array(z.object({ text: z.string() })) });

describe('the real program', () => {
  it('serves, shares its data with other processes, loses nothing that it confirmed, and stops cleanly', async () => {
    const server = startKb(['serve', '--json'], env);
    await server.printed('\n');
    const serving = documents.serving.parse(JSON.parse(server.out()));
    expect(serving).toMatchObject({ lines: 2, model: 'builtin', bots: [] });

    const search = await fetch(`${serving.url}/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '巴黎是法国的首都吗?' }),
    });
    expect(search.status).toBe(200);
    expect(await search.json()).toMatchObject({ matches: [{ text: '法国的首都是巴黎。' }, {}] });

    const metrics = await (await fetch(`${serving.url}/metrics`)).text();
    // The lines of the knowledge folder, and the question.
    for (const kind of ['import', 'question'])
      expect(metrics).toMatch(new RegExp(`kb_engine_tokens_total{work="embed",kind="${kind}"} [1-9]`));

    const killed = startKb(['add', 'Killed right after it was confirmed.'], env);
    const confirmed = killed.printed('Added').then(() => killed.child.kill('SIGKILL'));
    const writers = ['Written by the first of two.', 'Geschrieben vom zweiten.'].map((line) =>
      runKb(['add', '--json', line], env),
    );
    const outcomes = await Promise.all(writers);
    await confirmed;
    await killed.ended;
    for (const { code, out } of outcomes) {
      expect(code).toBe(0);
      expect(documents.added.parse(JSON.parse(out)).added).toHaveLength(1);
    }
    const listed = found.parse(await (await fetch(`${serving.url}/lines`)).json());
    expect(listed.lines.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'Killed right after it was confirmed.',
        'Written by the first of two.',
        'Geschrieben vom zweiten.',
      ]),
    );

    const taken = await runKb(['serve'], { ...env, KB_PORT: new URL(serving.url).port });
    expect(taken.code).toBe(1);
    expect(taken.err.trim().split('\n').at(-1)).toMatch(
      /^kb: Cannot listen on 127\.0\.0\.1, port \d+ \(EADDRINUSE\)/,
    );

    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    // One document and nothing else.
    expect(server.out().trim().split('\n')).toHaveLength(1);
    await expect(fetch(`${serving.url}/healthz`)).rejects.toThrow();
  }, 120_000);

  it('stops with one sentence when a bot’s token is refused, and never shows the token', async () => {
    const token = 'xoxb-not-a-real-token';
    const slack = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ok: false, error: 'invalid_auth' }));
    });
    await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve));
    const { port } = slack.address() as AddressInfo;
    try {
      const { code, out, err } = await runKb(['serve'], {
        ...env,
        SLACK_BOT_TOKEN: token,
        SLACK_APP_TOKEN: 'xapp-neither-is-this',
        SLACK_API_URL: `http://127.0.0.1:${port}/api`,
      });
      expect(code).toBe(2);
      expect(err.trim().split('\n').at(-1)).toMatch(/^kb: Slack: SLACK_BOT_TOKEN is not valid; /);
      expect(out + err).not.toMatch(/not-a-real|neither/);
    } finally {
      slack.close();
    }
  }, 60_000);

  it('refuses a host that others can reach without a key, before anything is opened', async () => {
    const refused = await runKb(['serve', '--json'], { ...env, KB_HOST: '0.0.0.0' });
    expect(refused.code).toBe(2);
    expect(documents.failure.parse(JSON.parse(refused.out)).error.code).toBe('insecure_config');
    expect(refused.err).toBe(
      'kb: KB_HOST is "0.0.0.0", which other machines can reach; set KB_API_KEY too, or use 127.0.0.1.\n',
    );
  });
});
