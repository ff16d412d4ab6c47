import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApp } from '../../src/cli/compose.ts';
import { renderEngineBanner } from '../../src/cli/engine/banner.ts';
import { openEngine } from '../../src/cli/engine/open-engine.ts';
import { createStyle } from '../../src/cli/render/style.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { startServer } from '../../src/cli/serve/start-server.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { createLogger } from '../../src/log.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { rerankAnswer as rerankAnswers } from '../../src/web/routes/rerank-schemas.ts';
import { openOverlapReranker } from '../support/overlap-reranker.ts';
import { writeRandomCheckpoint } from '../support/qwen3/random-checkpoint.ts';
import { fakeIo } from './fake-io.ts';
import { documents } from './json-documents.ts';
import { runKb, startKb } from './run-kb.ts';

const KEY = 'correct-horse-battery';
const rerankAnswer = rerankAnswers.options[0];
const QUESTION = '巴黎是法国的首都吗?';

let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kb-engine-'));
  const knowledge = join(folder, 'knowledge');
  await mkdir(knowledge);
  await writeFile(join(knowledge, 'demo.txt'), '法国的首都是巴黎。\n苹果是一种很好吃的水果。\n');
  env = { KB_DATA: join(folder, 'data'), KB_KNOWLEDGE: knowledge, KB_MODEL_HOME: join(folder, 'models') };
  // In a checkout whose source is newer the first run compiles; later ones may then run side by side.
  expect(await runKb(['--version'], env)).toMatchObject({ code: 0, err: '' });
});

afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

/** Sends the first half of a request and, once the server has it, gives back how to send the rest. */
function begin(url: string, body: string) {
  const call = request(`${url}/v1/embeddings`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${KEY}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      expect: '100-continue',
    },
  });
  const answer = new Promise<{ status: number; body: string }>((resolve, reject) => {
    call.on('error', reject);
    call.on('response', async (response) => {
      resolve({ status: response.statusCode ?? 0, body: await text(response) });
    });
  });
  call.flushHeaders();
  const begun = new Promise<void>((resolve) => call.on('continue', resolve));
  return { begun, finish: () => call.end(body), answer };
}

describe('a GPU host and its bots, as real programs', () => {
  it('answers a question over the engine, which then ends what it began and refuses what is new', async () => {
    const engine = startKb(['engine', '--json'], { KB_PORT: '0', KB_API_KEY: KEY });
    await engine.printed('\n');
    const serving = documents.engine.parse(JSON.parse(engine.out()));
    expect(serving).toMatchObject({ model: 'builtin', device: 'cpu', reranker: null });

    const bots = { ...env, KB_ENGINE_URL: serving.url, KB_ENGINE_KEY: KEY };
    const asked = await runKb(['ask', '--json', QUESTION], bots);
    expect(asked.err).toBe('');
    const answer = documents.answer.parse(JSON.parse(asked.out));
    expect(answer).toMatchObject({ model: 'builtin', matches: [{ text: '法国的首都是巴黎。' }, {}] });
    const local = await runKb(['ask', '--json', QUESTION], { ...env, KB_DATA: join(folder, 'local') });
    const scores = (out: string) => documents.answer.parse(JSON.parse(out)).matches.map(({ score }) => score);
    expect(scores(asked.out)).toEqual(scores(local.out));

    const refused = await runKb(['ask', QUESTION], { ...bots, KB_ENGINE_KEY: 'not-the-key' });
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('KB_ENGINE_KEY');
    expect(refused.err).not.toContain('not-the-key');

    const running = begin(serving.url, '{"input":"Begun before the end."}');
    await running.begun;
    engine.child.kill('SIGTERM');
    await expect
      .poll(async () => (await fetch(`${serving.url}/readyz`)).status, { timeout: 10_000 })
      .toBe(503);
    const late = await fetch(`${serving.url}/v1/models`, { headers: { authorization: `Bearer ${KEY}` } });
    expect([late.status, documents.failure.parse(await late.json()).error.code]).toEqual([
      503,
      'shutting_down',
    ]);
    running.finish();
    expect(await running.answer).toMatchObject({
      status: 200,
      body: expect.stringContaining('"embedding":['),
    });
    expect(await engine.ended).toBe(0);
    // One document, and a log without the key.
    expect(engine.out().trim().split('\n')).toHaveLength(1);
    expect(engine.err()).not.toContain(KEY);
    await expect(fetch(`${serving.url}/healthz`)).rejects.toThrow();
  }, 180_000);
});

describe('kb engine', () => {
  const fail = async (settings: Record<string, string>, language = 'en_US.UTF-8') => {
    const io = fakeIo({ env: { ...env, KB_PORT: '0', LANG: language, ...settings } });
    const code = await runCli(['engine', '--json'], io);
    return { code, err: io.stderr.text, error: documents.failure.parse(JSON.parse(io.stdout.text)).error };
  };

  it('is in the help, in both languages', async () => {
    for (const [language, words] of [
      ['en_US.UTF-8', 'for a GPU host'],
      ['zh_CN.UTF-8', '用于 GPU 主机'],
    ] as const) {
      const io = fakeIo({ env: { LANG: language } });
      expect(await runCli(['engine', '--help'], io)).toBe(0);
      expect(io.stdout.text.replace(/\s+/g, ' ')).toContain(words);
    }
  });

  it('does not run on top of another engine, and does not show that one’s password', async () => {
    const settings = { KB_ENGINE_URL: 'http://user:hidden-password@gpu:8000/v1?token=hidden-too' };
    const { code, err, error } = await fail(settings);
    expect([code, error.code]).toEqual([2, 'invalid_config']);
    expect(error.message).toBe(
      'KB_ENGINE_URL is http://gpu:8000/v1, but must be left out, because `kb engine` runs the model itself.',
    );
    expect(err).not.toContain('hidden');
    const zh = await fail(settings, 'zh_CN.UTF-8');
    expect(zh.error.message).toBe(
      'KB_ENGINE_URL 现在是 http://gpu:8000/v1，应为 空，因为 `kb engine` 自己运行模型。',
    );
  });

  it('refuses a host that others can reach without a key', async () => {
    const { code, error } = await fail({ KB_HOST: '0.0.0.0' });
    expect([code, error.code]).toEqual([2, 'insecure_config']);
  });

  it('refuses a reranker that is none', async () => {
    const { code, error } = await fail({ KB_RERANKER: 'builtin' });
    expect([code, error.code]).toEqual([2, 'model']);
  });
});

describe('openEngine', () => {
  const open = (settings: Record<string, string>, signal?: AbortSignal) => {
    const closed: string[] = [];
    const config = loadConfig({ env: { ...env, KB_PORT: '0', ...settings }, envFile: '/nonexistent' });
    const reranker = openOverlapReranker();
    const opening = openEngine(
      { config, logger: createLogger({ level: 'silent' }), ...(signal ? { signal } : {}) },
      {
        reranker: {
          resolve: async (name) => ({ name, folder: '/checkpoints' }),
          open: async () => ({
            ...reranker,
            close: async () => {
              closed.push('reranker');
              await reranker.close();
            },
          }),
        },
      },
    );
    return { opening, closed };
  };

  it('serves the reranker that is set, and closes it', async () => {
    const { opening, closed } = open({ KB_RERANKER: 'Qwen/Qwen3-Reranker-0.6B' });
    const engine = await opening;
    const reply = await fetch(`${engine.url}/v1/rerank`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'VPN', documents: ['Apples', 'VPN'] }),
    });
    expect(await reply.json()).toMatchObject({
      model: 'word-overlap',
      results: [{ index: 1 }, { index: 0 }],
    });
    const metrics = await (await fetch(`${engine.url}/metrics`)).text();
    for (const work of ['embed', 'rerank'])
      expect(metrics).toContain(`kb_engine_queue_items{work="${work}"} 0\n`);
    await engine.close();
    expect(closed).toEqual(['reranker']);
    await expect(engine.embedder.embedLines(['a'])).rejects.toMatchObject({ code: 'shutting_down' });
  });

  it('closes what was open when the start fails or is stopped', async () => {
    const taken = await open({}).opening;
    const port = new URL(taken.url).port;
    const settings = { KB_RERANKER: 'Qwen/Qwen3-Reranker-0.6B', KB_PORT: port };
    const failing = open(settings);
    await expect(failing.opening).rejects.toMatchObject({ code: 'cannot_listen' });
    expect(failing.closed).toEqual(['reranker']);
    await taken.close();
    await expect(open(settings, AbortSignal.abort()).opening).rejects.toThrow();
  }, 120_000);
});

describe('checkpoints', () => {
  it('embed and rerank for the engine and for kb serve, and are seen in the metrics', async () => {
    const checkpoint = join(folder, 'tiny');
    await writeRandomCheckpoint(checkpoint);
    const settings = { KB_PORT: '0', KB_DEVICE: 'cpu', KB_MODEL: checkpoint, KB_RERANKER: checkpoint };
    const config = loadConfig({ env: { ...env, ...settings }, envFile: '/nonexistent' });
    const logger = createLogger({ level: 'silent' });
    const post = async (url: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      return reply.json();
    };
    const rerank = async (url: string) =>
      rerankAnswer.parse(await post(`${url}/v1/rerank`, { query: 'a b', documents: ['c d', 'a b', 'c d'] }));

    const engine = await openEngine({ config, logger });
    const embedded = await post(`${engine.url}/v1/embeddings`, { input: ['a', 'b'] });
    expect(embedded).toMatchObject({ model: 'tiny', data: [{}, {}] });
    const byEngine = await rerank(engine.url);
    const scores = byEngine.results.map(({ relevance_score }) => relevance_score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(await (await fetch(`${engine.url}/readyz`)).json()).toMatchObject({
      ready: true,
      parts: { reranker: { ready: true } },
    });
    const metrics = await (await fetch(`${engine.url}/metrics`)).text();
    for (const [work, kind] of [
      ['embed', 'import'],
      ['rerank', 'question'],
    ])
      expect(metrics).toMatch(new RegExp(`kb_engine_tokens_total{work="${work}",kind="${kind}"} [1-9]`));
    await engine.close();

    const app = await openApp({ config: { ...config, KB_MODEL: 'builtin' }, logger });
    const { url } = await startServer(app, createMetrics());
    expect(await rerank(url)).toEqual(byEngine);
    await app.close();
  }, 120_000);
});

describe('the banner', () => {
  const facts = {
    version: '1.2.3',
    url: 'http://127.0.0.1:8000',
    model: 'Qwen/Qwen3-Embedding-4B',
    dimensions: 2560,
    device: 'cuda',
    reranker: undefined,
    keyed: true,
    seconds: 3.21,
  };
  const style = (language: 'en' | 'zh') => createStyle({ width: 80, depth: 1, language });

  it('says what serves where, on what, and what to do next', () => {
    expect(renderEngineBanner(facts, style('en')).join('\n')).toBe(
      [
        '',
        '  meaning-radar 1.2.3  ready in 3.2 s',
        '',
        '  Address   http://127.0.0.1:8000',
        '  Model     Qwen/Qwen3-Embedding-4B, 2560 dimensions',
        '  Device    cuda',
        '  Reranker  none; KB_RERANKER sets one',
        '  Key       KB_API_KEY, which clients send as KB_ENGINE_KEY',
        '',
        '  Set KB_ENGINE_URL to this address where the bots run.',
        '  Ctrl-C stops everything.',
        '',
      ].join('\n'),
    );
  });

  it('says it in Chinese too, with the reranker and without a key', () => {
    const rows = renderEngineBanner(
      { ...facts, reranker: 'Qwen/Qwen3-Reranker-4B', keyed: false },
      style('zh'),
    );
    expect(rows).toEqual(
      expect.arrayContaining([
        '  地址      http://127.0.0.1:8000',
        '  重排模型  Qwen/Qwen3-Reranker-4B',
        '  密钥      无，只应答本机',
      ]),
    );
  });
});
