import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../src/cli/run-cli.ts';
import { MODEL, smallModel } from '../hub/support/fake-model.ts';
import { type FakeHub, type FakeModel, startHub, TOKEN } from '../hub/support/start-hub.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { fakeIo } from './fake-io.ts';
import { documents } from './json-documents.ts';

const file = z.strictObject({ path: z.string(), size: z.number(), sha256: z.string().length(64) });

const pulled = z.strictObject({
  id: z.string(),
  source: z.enum(['huggingface', 'modelscope']),
  revision: z.string().length(40),
  pulledAt: z.iso.datetime(),
  files: z.array(file),
  bytes: z.number(),
  path: z.string(),
  already: z.boolean(),
});

const listed = z.strictObject({
  home: z.string(),
  models: z.array(
    z.strictObject({
      ...pulled.omit({ files: true, already: true }).shape,
      complete: z.boolean(),
      missing: z.array(z.string()),
    }),
  ),
  unfinished: z.array(
    z.strictObject({
      ...pulled.pick({ id: true, bytes: true, path: true }).shape,
      source: z.string().optional(),
      revision: z.string().optional(),
      totalBytes: z.number().optional(),
      running: z.boolean(),
    }),
  ),
});

const removed = z.strictObject({ removed: z.strictObject({ id: z.string(), bytes: z.number() }) });

interface Stage {
  readonly hub: FakeHub;
  readonly home: string;
  kb(
    args: readonly string[],
    env?: Record<string, string>,
  ): Promise<{ code: number; out: string; err: string }>;
}

async function stage(model: FakeModel = smallModel()): Promise<Stage> {
  const hub = await startHub({ [MODEL]: model });
  const home = join(await temporaryFolder(), 'models');
  const env = { KB_MODEL_HOME: home, HF_ENDPOINT: hub.url, MODELSCOPE_ENDPOINT: hub.url, LANG: 'en_US' };
  return {
    hub,
    home,
    async kb(args, more = {}) {
      const io = fakeIo({ env: { ...env, ...more } });
      const code = await runCli(['model', ...args], io);
      return { code, out: io.stdout.text, err: io.stderr.text };
    },
  };
}

describe('kb model', () => {
  it('pulls, lists and removes a model', async () => {
    const { home, kb } = await stage();
    expect((await kb(['list'])).out).toContain('`kb model pull Qwen/Qwen3-Embedding-0.6B` fetches one.');
    const pull = await kb(['pull', MODEL]);
    expect(pull.code).toBe(0);
    expect(pull.out).toBe(
      `${MODEL} is in ${join(home, MODEL)} (305 kB, revision c54f2e6e80b2).\nTo use it: KB_MODEL=${MODEL}\n`,
    );
    expect(pull.err).toMatch(
      /^Fetching .* from 127\.0\.0\.1:\d+, revision c54f2e6e80b2: 7 files, 305 kB\.\n/,
    );
    expect(pull.err).toContain('\nmodel.safetensors  300 kB\n');
    expect((await kb(['pull', MODEL])).out).toContain('already, in its newest version');

    const list = await kb(['list']);
    expect(list.out).toMatch(/^Model +Size +Revision +Fetched +Folder\n/);
    expect(list.out).toMatch(
      /\nQwen\/Qwen3-Embedding-0\.6B +305 kB +c54f2e6e80b2 +\d{4}-\d\d-\d\d \d\d:\d\d UTC +\/.*\n$/,
    );
    expect(await kb(['rm', MODEL])).toEqual({
      code: 0,
      out: `${MODEL} is removed; 305 kB are free.\n`,
      err: '',
    });
    expect(await readdir(home)).toEqual([]);
  });

  it('gives one document with --json', async () => {
    const { home, kb } = await stage();
    const pull = pulled.parse(JSON.parse((await kb(['pull', MODEL, '--json', '--from', 'modelscope'])).out));
    expect(pull).toMatchObject({ id: MODEL, source: 'modelscope', path: join(home, MODEL), already: false });
    await rm(join(home, MODEL, 'README.md'));
    const list = listed.parse(JSON.parse((await kb(['list', '--json'])).out));
    expect(list).toMatchObject({ home, models: [{ id: MODEL, complete: false, missing: ['README.md'] }] });
    expect((await kb(['list'])).out).toContain('is not whole (README.md); `kb model pull');
    const gone = removed.parse(JSON.parse((await kb(['rm', MODEL, '--json'])).out));
    expect(gone.removed).toEqual({ id: MODEL, bytes: pull.bytes });
  });

  it('takes a revision, and the token of a private model, which it never shows', async () => {
    const { kb } = await stage({ ...smallModel(), private: true });
    const refused = await kb(['pull', MODEL, '--json'], { HF_TOKEN: 'hf_wrong-token' });
    expect(refused.code).toBe(1);
    expect(documents.failure.parse(JSON.parse(refused.out)).error.code).toBe('model_download');
    expect(refused.out + refused.err).not.toContain('wrong-token');
    const token = { HF_TOKEN: TOKEN };
    expect((await kb(['pull', MODEL, '--revision', 'v2'], token)).err).toContain(
      'it has no revision v2 of it',
    );
    expect((await kb(['pull', MODEL, '--revision', smallModel().commit], token)).code).toBe(0);
  });

  it('stops cleanly at Ctrl-C, lists what is there, and goes on', async () => {
    const { hub, home, kb } = await stage();
    hub.faults.set('model.safetensors', [{ kind: 'stall', after: 100_000 }]);
    hub.parts = join(home, '.pulling', 'models', MODEL, 'parts');
    const pulling = kb(['pull', MODEL]);
    await expect.poll(() => hub.fetches('model.safetensors').some(({ at }) => at === 'cdn')).toBe(true);
    await expect
      .poll(async () => listed.parse(JSON.parse((await kb(['list', '--json'])).out)).unfinished[0]?.bytes)
      .toBeGreaterThan(100_000);
    expect((await kb(['list'])).out).toMatch(/is being fetched \(10\d kB of 305 kB\)/);
    expect((await kb(['rm', MODEL])).err).toContain('is being fetched by another process');
    process.emit('SIGINT');
    const stopped = await pulling;
    expect(stopped.code).toBe(1);
    expect(stopped.err.trimEnd().split('\n').at(-1)).toBe(
      `kb: Stopped. What was fetched of ${MODEL} stays; \`kb model pull ${MODEL}\` goes on from there.`,
    );
    expect((await kb(['list'])).out).toMatch(/is not whole yet \(10\d kB of 305 kB\)/);

    const resumed = await kb(['pull', MODEL]);
    expect(resumed.code).toBe(0);
    expect(resumed.err).toMatch(/10\d kB of it are here already\./);
    expect(hub.fetches('model.safetensors').at(-1)?.headers.range).toBe('bytes=100000-');
  });

  it('refuses to remove what it did not fetch', async () => {
    const { home, kb } = await stage();
    await mkdir(join(home, 'my', 'model'), { recursive: true });
    await writeFile(join(home, 'my', 'model', 'notes.txt'), '');
    const refused = await kb(['rm', 'my/model']);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('was not made by `kb model pull`; remove it by hand.');
  });

  it.each([
    [['pull'], 'ID is missing; write `kb model pull [options] <id>`.'],
    [['rm'], 'ID is missing; write `kb model rm [options] <id>`.'],
    [['pull', 'x/y', '--from', 'nowhere'], '--from is “nowhere”, but must be huggingface or modelscope.'],
    [['pull', 'x/y', '--revison', 'z'], 'There is no option --revison; did you mean --revision?'],
    [['pull', 'Qwen'], 'The request is not valid: Qwen is not a model’s id, which is written owner/name.'],
    [['pul', 'x/y'], 'There is no command pul; did you mean pull?'],
    [['list', 'x'], 'That is more than fits; write `kb model list [options]`.'],
    [[], 'Say what to do; `kb --help` lists all commands.'],
  ])('says how %j is written', async (args, sentence) => {
    const { kb, hub } = await stage();
    expect(await kb(args)).toEqual({ code: 2, out: '', err: `kb: ${sentence}\n` });
    expect(hub.requests).toEqual([]);
  });

  it('refuses an address of a hub that is none, and names the setting', async () => {
    const { kb } = await stage();
    const refused = await kb(['list'], { HF_ENDPOINT: 'hf-mirror.com' });
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toContain(
      'HF_ENDPOINT is "hf-mirror.com", but must be an http:// or https:// address.',
    );
  });

  it('has a help of its own, in both languages', async () => {
    const { kb } = await stage();
    const help = await kb(['pull', '--help']);
    expect(help.code).toBe(0);
    expect(help.out).toContain('Usage: kb model pull [options] <id>');
    expect(help.out).toContain('--revision <name>');
    expect((await kb(['--help'], { LANG: 'zh_CN.UTF-8' })).out).toContain('下载模型，或继续未完成的下载');
  });

  it('speaks Chinese to a Chinese locale', async () => {
    const { home, kb } = await stage();
    const zh = { LANG: 'zh_CN.UTF-8' };
    expect((await kb(['pull', MODEL], zh)).out).toContain(
      `${MODEL} 已在 ${join(home, MODEL)}（305 kB，版本 c54f2e6e80b2）。`,
    );
    expect((await kb(['list'], zh)).out).toMatch(/^模型 +大小 +版本 +下载时间 +文件夹\n/);
    expect((await kb(['rm', MODEL], zh)).out).toBe(`已删除 ${MODEL}，释放 305 kB。\n`);
  });
});
