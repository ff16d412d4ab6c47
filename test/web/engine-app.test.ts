import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { openBuiltinEmbedder } from '../../src/engine/builtin/builtin-embedder.ts';
import { createEmbedder } from '../../src/engine/create-embedder.ts';
import type { Embedder } from '../../src/engine/embedder.ts';
import type { Reranker } from '../../src/engine/reranker.ts';
import { KbError } from '../../src/errors.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { openOverlapReranker } from '../support/overlap-reranker.ts';
import type { RunningWeb } from './support/listen-and-send.ts';
import { startEngine } from './support/start-engine.ts';
import { replaced } from './support/start-web.ts';

const KEY = 'correct-horse-battery';
const BEARER = { authorization: `Bearer ${KEY}` };

let embedder: Embedder;
let reranker: Reranker;
let engine: RunningWeb;

beforeAll(async () => {
  const metrics = createMetrics();
  embedder = await openBuiltinEmbedder({ observer: metrics.observeBatches('embed') });
  reranker = openOverlapReranker({ observer: metrics.observeBatches('rerank') });
  engine = await startEngine({ embedder, reranker, metrics, config: { KB_API_KEY: KEY } });
});

afterAll(async () => {
  await engine?.server.close();
  await reranker?.close();
  await embedder?.close();
});

const embed = (on: RunningWeb, input: string | string[], headers: Record<string, string> = {}) =>
  on.send('POST', '/v1/embeddings', { input }, headers);

/** The value of a metric, such as `name{label="x"}`. */
async function metric(on: RunningWeb, name: string): Promise<number | undefined> {
  const { text } = await on.send('GET', '/metrics', undefined, BEARER);
  const row = text.split('\n').find((line) => line.startsWith(`${name} `));
  return row === undefined ? undefined : Number(row.split(' ').at(-1));
}

describe("the engine's routes", () => {
  it('are those of the models, all described, and none of a knowledge base', async () => {
    const { text } = await engine.send('GET', '/openapi.json', undefined, BEARER);
    expect(Object.keys(JSON.parse(text).paths).sort()).toEqual(
      [
        '/',
        '/healthz',
        '/metrics',
        '/openapi.json',
        '/readyz',
        '/rerank',
        '/v1/embeddings',
        '/v1/models',
        '/v1/rerank',
        '/v2/rerank',
      ].sort(),
    );
    for (const path of ['/search', '/lines', '/inspect', '/assets/page.js']) {
      const { status, body } = await engine.send('GET', path, undefined, BEARER);
      expect([path, status, body.error.code]).toEqual([path, 404, 'route_not_found']);
    }
    const wrong = await engine.send('PUT', '/v1/embeddings', {}, BEARER);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('say at / what answers there, to anyone', async () => {
    const { status, body } = await engine.send('GET', '/');
    expect(status).toBe(200);
    expect(body).toEqual({
      service: 'meaning-radar engine',
      model: 'builtin',
      dimensions: embedder.dimensions,
      reranker: 'word-overlap',
      documentation: '/openapi.json',
    });
  });

  it('list both models, the one that embeds first', async () => {
    const { body } = await engine.send('GET', '/v1/models', undefined, BEARER);
    const model = { object: 'model', created: expect.any(Number), owned_by: 'meaning-radar' };
    expect(body.data).toEqual([
      {
        ...model,
        id: 'builtin',
        max_model_len: embedder.limits.maxTokens,
        fingerprint: embedder.fingerprint,
      },
      { ...model, id: 'word-overlap', max_model_len: reranker.limits.maxTokens },
    ]);
  });

  it('embed and rerank as the whole service does', async () => {
    const { body } = await embed(engine, ['VPN', '年假'], BEARER);
    const { vectors } = await embedder.embedLines(['VPN', '年假']);
    body.data.forEach(({ embedding }, i) => {
      expect(embedding).toEqual([...(vectors[i] ?? [])]);
    });
    const ranked = await engine.send(
      'POST',
      '/v1/rerank',
      { query: 'VPN', documents: ['Apples', 'VPN'] },
      BEARER,
    );
    expect(ranked.body).toMatchObject({ results: [{ index: 1 }, { index: 0 }] });
  });
});

describe("the engine's door", () => {
  it.each(['/v1/embeddings', '/v1/rerank', '/v1/models', '/metrics', '/openapi.json', '/nothing'])(
    'needs the key for %s',
    async (path) => {
      for (const headers of [{}, { authorization: 'Bearer other-key' }]) {
        const { status, body } = await engine.send('GET', path, undefined, headers);
        expect([status, body.error.code]).toEqual([401, 'unauthorized']);
      }
    },
  );

  it.each(['/', '/healthz', '/readyz'])('needs none for %s', async (path) => {
    expect((await engine.send('GET', path)).status).toBe(200);
  });

  it('stays shut to other pages', async () => {
    const foreign = { origin: 'https://evil.example', ...BEARER };
    const { status, body } = await embed(engine, 'VPN', foreign);
    expect([status, body.error.code]).toEqual([403, 'cross_origin']);
  });

  it('refuses what is too large, too much or of another type', async () => {
    const large = await embed(engine, 'x'.repeat(1_000_001), BEARER);
    expect([large.status, large.body.error.code]).toEqual([413, 'too_large']);
    const many = await embed(engine, new Array(2049).fill('a'), BEARER);
    expect([many.status, many.body.error.code]).toEqual([400, 'invalid_request']);
    const type = { 'content-type': 'text/plain', ...BEARER };
    expect((await embed(engine, 'VPN', type)).status).toBe(415);
  });
});

describe("the engine's health", () => {
  it('names the models', async () => {
    const { status, body } = await engine.send('GET', '/readyz');
    expect(status).toBe(200);
    expect(body.parts).toEqual({
      model: { ready: true, detail: `builtin, ${embedder.dimensions} dimensions` },
      reranker: { ready: true, detail: 'word-overlap' },
    });
  });

  it('is bad with a reranker that fails, and good with one that is at work', async () => {
    const failing: Reranker = {
      ...reranker,
      rerank: () => Promise.reject(new KbError('model', { values: { model: 'm', detail: 'gone' } })),
    };
    const broken = await startEngine({ embedder, reranker: failing });
    const bad = await broken.send('GET', '/readyz');
    expect([bad.status, bad.body.parts.reranker?.ready]).toEqual([503, false]);
    await broken.server.close();

    const gone: unknown[] = [];
    const atWork: Reranker = {
      ...reranker,
      rerank: (_query, _documents, options) =>
        new Promise((_resolve, reject) => {
          options?.signal?.addEventListener('abort', () => {
            gone.push(options.signal?.reason);
            reject(new KbError('cancelled'));
          });
        }),
    };
    const busy = await startEngine({ embedder, reranker: atWork });
    const good = await busy.send('GET', '/readyz');
    expect([good.status, good.body.parts.reranker]).toEqual([
      200,
      { ready: true, detail: 'word-overlap, at work' },
    ]);
    // The probe does not stay in the queue.
    expect(gone).toHaveLength(1);
    await busy.server.close();
  });
});

describe("the engine's metrics", () => {
  it('tell of batches, tokens and the queue, by work and kind', async () => {
    const query = { input: 'How many days off?', input_type: 'query' };
    const before = (await metric(engine, 'kb_engine_tokens_total{work="embed",kind="question"}')) ?? 0;
    const asked = await embedder.embedQueries(['How many days off?']);
    expect((await engine.send('POST', '/v1/embeddings', query, BEARER)).status).toBe(200);
    expect(await metric(engine, 'kb_engine_tokens_total{work="embed",kind="question"}')).toBe(
      before + 2 * asked.tokens,
    );
    const lines = Array.from({ length: 40 }, (_, i) => `line ${i}`);
    const imported = await embedder.embedLines(lines);
    const importedBefore = (await metric(engine, 'kb_engine_tokens_total{work="embed",kind="import"}')) ?? 0;
    await embed(engine, lines, BEARER);
    expect(await metric(engine, 'kb_engine_tokens_total{work="embed",kind="import"}')).toBe(
      importedBefore + imported.tokens,
    );
    // 40 texts are more than one batch of the builtin model.
    expect(
      await metric(engine, 'kb_engine_batch_texts_bucket{le="8",work="embed",kind="import"}'),
    ).toBeGreaterThan(0);
    expect(await metric(engine, 'kb_engine_queue_items{work="embed"}')).toBe(0);
    expect(await metric(engine, 'kb_engine_refused_total{work="embed"}')).toBe(0);
    expect(await metric(engine, 'kb_engine_cache_hits_total{work="embed"}')).toBe(0);
    expect(
      await metric(engine, 'kb_engine_batch_duration_seconds_count{work="rerank",kind="question"}'),
    ).toBeGreaterThan(0);
    expect(
      await metric(engine, 'kb_http_requests_total{method="POST",route="/v1/embeddings",status="200"}'),
    ).toBeGreaterThan(0);
    // There are no lines to count, which is not the same as none.
    expect(await metric(engine, 'kb_lines')).toBeUndefined();
  });

  it('count hits of the cache where the engine tells them', async () => {
    const metrics = createMetrics();
    const observer = metrics.observeBatches('embed');
    observer.cacheHit?.();
    observer.cacheHit?.();
    expect(await metrics.render()).toContain('kb_engine_cache_hits_total{work="embed"} 2\n');
  });
});

describe('an engine under load', () => {
  const MANY = Array.from({ length: 1500 }, (_, i) => `The ${i}th rule of the house, told at some length.`);

  /** An engine of its own with a short queue, and a count of what waits. */
  async function startSmall() {
    const metrics = createMetrics();
    const observer = metrics.observeBatches('embed');
    const seen = { waiting: 0, texts: 0, refused: 0 };
    const small = await openBuiltinEmbedder({
      maxWaiting: 8,
      observer: {
        batch: (event) => {
          seen.texts += event.texts;
          observer.batch(event);
        },
        waiting: (items) => {
          seen.waiting = items;
        },
        refused: () => {
          seen.refused++;
          observer.refused();
        },
      },
    });
    const web = await startEngine({ embedder: small, metrics });
    const close = async () => {
      await web.server.close();
      await small.close();
    };
    return { web, seen, close };
  }

  it('refuses with 429 what does not fit the queue, and does what it took', async () => {
    const { web, seen, close } = await startSmall();
    const taken = embed(web, MANY);
    await vi.waitFor(() => expect(seen.waiting).toBeGreaterThan(8), { timeout: 10_000, interval: 1 });
    const refused = await embed(web, 'VPN');
    expect([refused.status, refused.body.error.code]).toEqual([429, 'busy']);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await taken).body.data).toHaveLength(MANY.length);
    expect(seen.refused).toBe(1);
    expect(await metric(web, 'kb_engine_refused_total{work="embed"}')).toBe(1);
    await close();
  });

  it('drops what is left of a request whose client went away', async () => {
    const { web, seen, close } = await startSmall();
    const client = new AbortController();
    const gone = fetch(`${web.url}/v1/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input: MANY }),
      signal: client.signal,
    });
    const failed = expect(gone).rejects.toThrow();
    await vi.waitFor(() => expect(seen.waiting).toBeGreaterThan(0), { timeout: 10_000, interval: 1 });
    client.abort();
    await failed;
    await vi.waitFor(() => expect(seen.waiting).toBe(0), 10_000);
    expect((await embed(web, 'VPN')).status).toBe(200);
    expect(seen.texts).toBeLessThan(MANY.length);
    await close();
  });

  it('puts questions and single texts before lists of lines', async () => {
    const priorities: unknown[] = [];
    const recording = replaced(embedder, {
      embedQueries: (texts, options) => {
        priorities.push(options?.priority);
        return embedder.embedQueries(texts, options);
      },
      embedLines: (texts, options) => {
        priorities.push(options?.priority);
        return embedder.embedLines(texts, options);
      },
    });
    const web = await startEngine({ embedder: recording });
    await embed(web, ['one', 'two']);
    await embed(web, ['one']);
    await embed(web, 'one');
    await web.send('POST', '/v1/embeddings', { input: ['one', 'two'], input_type: 'query' });
    await web.server.close();
    expect(priorities).toEqual(['import', 'question', 'question', 'question']);
  });
});

describe("the bots' side", () => {
  const connect = (url: string, env: Record<string, string> = {}) =>
    createEmbedder(
      loadConfig({ env: { KB_ENGINE_URL: url, KB_ENGINE_KEY: KEY, ...env }, envFile: '/nonexistent' }),
    );

  it('gets the vectors of the engine, for lines and for questions, and its limits', async () => {
    const remote = await connect(engine.url);
    expect([remote.model, remote.dimensions, remote.limits.maxTokens]).toEqual([
      'builtin',
      embedder.dimensions,
      embedder.limits.maxTokens,
    ]);
    const texts = ['年假有几天', 'How do I connect to the VPN?'];
    expect((await remote.embedLines(texts)).vectors).toEqual((await embedder.embedLines(texts)).vectors);
    expect((await remote.embedQueries(texts)).vectors).toEqual((await embedder.embedQueries(texts)).vectors);
    await remote.close();
  });

  it('has a fingerprint that changes with the engine’s own and with nothing else', async () => {
    const [first, again] = [await connect(engine.url), await connect(`${engine.url}/v1`)];
    expect(again.fingerprint).toBe(first.fingerprint);
    const retrained = Object.assign(replaced(embedder, {}), { fingerprint: 'builtin-retrained' });
    const other = await startEngine({ embedder: retrained, config: { KB_API_KEY: KEY } });
    const changed = await connect(other.url);
    expect(changed.fingerprint).not.toBe(first.fingerprint);
    await other.server.close();
  });

  it('hears that its key is wrong', async () => {
    await expect(connect(engine.url, { KB_ENGINE_KEY: 'not-the-key' })).rejects.toMatchObject({
      code: 'upstream',
      message: expect.stringContaining('KB_ENGINE_KEY'),
    });
  });
});
