import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRemoteEmbedder, type RemoteOptions } from '../../../src/engine/remote/remote-embedder.ts';
import { KbError } from '../../../src/errors.ts';
import {
  type FakeEngine,
  type FakeEngineOptions,
  type Fault,
  sendJson,
  startFakeEngine,
} from './fake-engine.ts';

const KEY = 'sk-very-secret-key';
const engines: FakeEngine[] = [];
const waits: number[] = [];

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine[Symbol.asyncDispose]()));
});
beforeEach(() => {
  waits.length = 0;
});

/** Waits are noted and skipped; half of each is random, and the random number is 1. */
const deps = {
  random: () => 1,
  now: () => Date.parse('2026-01-01T00:00:00Z'),
  sleep: async (ms: number) => {
    waits.push(ms);
  },
};

async function open(options: Partial<RemoteOptions> = {}, server: FakeEngineOptions = {}) {
  const engine = await startFakeEngine(server);
  engines.push(engine);
  const embedder = await openRemoteEmbedder({ url: engine.url, key: KEY, deps, ...options });
  engine.seen.length = 0;
  return { engine, embedder };
}

const failure = async (work: Promise<unknown>): Promise<KbError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof KbError)) throw new Error('A KbError was expected.', { cause: error });
  return error;
};

const status =
  (code: number, body: unknown = {}, headers: Record<string, string> = {}): Fault =>
  (response) =>
    sendJson(response, code, body, headers);
const vectors =
  (data: unknown): Fault =>
  (response) =>
    sendJson(response, 200, { data });
const good = new Array(64).fill(0.125);

describe('what is sent', () => {
  it.each(['', '/', '/v1', '/v1/', '/v1/embeddings'])(
    'finds the routes from the address with "%s"',
    async (path) => {
      const engine = await startFakeEngine();
      engines.push(engine);
      await openRemoteEmbedder({ url: `${engine.url}${path}`, key: KEY, deps });
      expect(engine.seen.map((seen) => `${seen.method} ${seen.path}`)).toEqual([
        'GET /v1/models',
        'POST /v1/embeddings',
      ]);
      expect(engine.seen.every((seen) => seen.authorization === `Bearer ${KEY}`)).toBe(true);
    },
  );

  it('keeps a prefix, and sends a user and password of the address as a login', async () => {
    const engine = await startFakeEngine();
    engines.push(engine);
    const url = engine.url.replace('http://', 'http://me:pass@');
    await openRemoteEmbedder({ url: `${url}/team/api`, deps });
    expect(engine.seen[0]).toMatchObject({
      path: '/team/api/v1/models',
      authorization: `Basic ${Buffer.from('me:pass').toString('base64')}`,
    });
  });

  it('splits many texts into requests, several at once', async () => {
    const { engine, embedder } = await open({ textsPerRequest: 10, requestsAtOnce: 3 });
    let [inside, most] = [0, 0];
    for (let i = 0; i < 10; i++) {
      engine.faults.push(async (_, __, usual) => {
        most = Math.max(most, ++inside);
        await sleep(10);
        inside--;
        usual();
      });
    }
    const texts = Array.from({ length: 95 }, (_, i) => `text ${i}`);
    expect((await embedder.embedLines(texts)).vectors).toHaveLength(95);
    expect(engine.seen.map((seen) => seen.body?.input.length)).toEqual([...new Array(9).fill(10), 5]);
    expect(most).toBe(3);
  });

  it('sends waiting questions before waiting imports', async () => {
    const { engine, embedder } = await open({ textsPerRequest: 1, requestsAtOnce: 1 });
    const imported = embedder.embedLines(['a', 'b', 'c'], { priority: 'import' });
    const asked = embedder.embedQueries(['q']);
    await Promise.all([imported, asked]);
    expect(engine.seen.map((seen) => seen.body?.input[0])).toEqual(['a', 'q', 'b', 'c']);
  });

  it('refuses with busy when too much waits', async () => {
    const { embedder } = await open({ textsPerRequest: 1, requestsAtOnce: 1 });
    const error = await failure(embedder.embedLines(new Array(1100).fill('a')));
    expect(error.code).toBe('busy');
    expect((await embedder.embedLines(['a'])).vectors).toHaveLength(1);
  });
});

describe('the query rule', () => {
  const sent = async (models: readonly object[], options: Partial<RemoteOptions> = {}) => {
    const { engine, embedder } = await open(options, { models });
    await embedder.embedQueries(['年假']);
    await embedder.embedLines(['年假']);
    return engine.seen.map(({ body }) => [body?.input[0], body?.input_type, body?.encoding_format]);
  };
  const line = ['年假', undefined, 'float'];

  it('leaves the instruction to our own engine', async () => {
    expect(await sent([{ id: 'Qwen/Qwen3-Embedding-4B', owned_by: 'meaning-radar' }])).toEqual([
      ['年假', 'query', 'base64'],
      ['年假', undefined, 'base64'],
    ]);
  });

  it('puts the published instruction before a question for a Qwen3 model elsewhere', async () => {
    const task = 'Given a web search query, retrieve relevant passages that answer the query';
    expect(await sent([{ id: 'Qwen/Qwen3-Embedding-4B', owned_by: 'vllm' }])).toEqual([
      [`Instruct: ${task}\nQuery:年假`, undefined, 'float'],
      line,
    ]);
  });

  it('uses the task that is set, for any model', async () => {
    expect(await sent([{ id: 'e5' }], { queryTask: 'Find the FAQ line' })).toEqual([
      ['Instruct: Find the FAQ line\nQuery:年假', undefined, 'float'],
      line,
    ]);
  });

  it('sends questions of other models as they are', async () => {
    expect(await sent([{ id: 'bge-m3' }])).toEqual([line, line]);
  });
});

describe('the model', () => {
  it('is the first of the server, or the one that is named', async () => {
    const models = [{ id: 'first' }, { id: 'second', max_model_len: 77 }];
    expect((await open({}, { models })).embedder.model).toBe('first');
    const { embedder } = await open({ model: 'second' }, { models });
    expect([embedder.model, embedder.limits.maxTokens]).toEqual(['second', 77]);
  });

  it('must be named where the server lists none', async () => {
    const error = await failure(open({ model: undefined }, { models: [] }));
    expect(error.code).toBe('upstream');
    expect((await open({ model: 'named' }, { models: [] })).embedder.model).toBe('named');
  });

  it('gives a fingerprint of name, dimensions and query rule, not of the address', async () => {
    const print = async (server: FakeEngineOptions, options: Partial<RemoteOptions> = {}) =>
      (await open(options, server)).embedder.fingerprint;
    const models = [{ id: 'Team/Model.One' }];
    const first = await print({ models });
    expect(first).toMatch(/^team-model-one-[0-9a-f]{12}$/);
    expect(await print({ models })).toBe(first);
    const others = [
      await print({ models: [{ id: 'Team/Model-One' }] }),
      await print({ models, dimensions: 32 }),
      await print({ models }, { queryTask: 'task' }),
      await print({ models: [{ id: 'Team/Model.One', fingerprint: 'v2' }] }),
    ];
    expect(new Set([first, ...others]).size).toBe(5);
  });
});

describe('answers', () => {
  it('reads base64 and floats to the same vectors', async () => {
    const base64 = await open({}, { base64: true });
    const floats = await open({}, { base64: false });
    const [one, other] = await Promise.all(
      [base64, floats].map(({ embedder }) => embedder.embedLines(['年假'])),
    );
    expect(one?.vectors[0]).toEqual(other?.vectors[0]);
  });

  it('puts the vectors in the order of their index', async () => {
    const { engine, embedder } = await open();
    const unit = (at: number) => Array.from({ length: 64 }, (_, i) => (i === at ? 1 : 0));
    engine.faults.push(
      vectors([
        { index: 1, embedding: unit(1) },
        { index: 0, embedding: unit(0) },
      ]),
    );
    const result = await embedder.embedLines(['a', 'b']);
    expect(result.vectors.map((vector) => vector.indexOf(1))).toEqual([0, 1]);
  });

  it.each<[string, unknown]>([
    ['too few vectors', []],
    [
      'an index twice',
      [
        { index: 0, embedding: good },
        { index: 0, embedding: good },
      ],
    ],
    [
      'an index beyond',
      [
        { index: 0, embedding: good },
        { index: 2, embedding: good },
      ],
    ],
    [
      'other dimensions',
      [
        { index: 0, embedding: good },
        { index: 1, embedding: good.slice(1) },
      ],
    ],
    [
      'a null for NaN',
      [
        { index: 0, embedding: good },
        { index: 1, embedding: [...good.slice(1), null] },
      ],
    ],
    [
      'zeros',
      [
        { index: 0, embedding: good },
        { index: 1, embedding: good.map(() => 0) },
      ],
    ],
    [
      'NaN in base64',
      [
        { index: 0, embedding: good },
        { index: 1, embedding: Buffer.from(new Float32Array(64).fill(Number.NaN).buffer).toString('base64') },
      ],
    ],
    [
      'broken base64',
      [
        { index: 0, embedding: good },
        { index: 1, embedding: 'AAA' },
      ],
    ],
    ['no vectors at all', [{ index: 0 }, { index: 1 }]],
    ['something else', 'hello'],
  ])('refuses an answer with %s, without trying again', async (_, data) => {
    const { engine, embedder } = await open();
    engine.faults.push(vectors(data));
    const error = await failure(embedder.embedLines(['a', 'b']));
    expect(error.code).toBe('upstream');
    expect(error.message).toContain(engine.url);
    expect(engine.seen).toHaveLength(1);
  });

  it('needs no usage', async () => {
    const { engine, embedder } = await open();
    engine.faults.push(vectors([{ index: 0, embedding: good }]));
    expect((await embedder.embedLines(['a'])).tokens).toBe(0);
  });
});

describe('faults', () => {
  const reset: Fault = (response) => {
    response.destroy();
  };
  const truncated: Fault = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"data":[{"index":0,"embed');
  };
  const cutOff: Fault = (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"data":[');
    setTimeout(() => response.destroy(), 5);
  };

  it.each<[string, Fault]>([
    ['500', status(500)],
    ['503', status(503)],
    ['429', status(429)],
    ['a lost connection', reset],
    ['broken JSON', truncated],
    ['half an answer', cutOff],
  ])('tries again after %s, with growing waits', async (_, fault) => {
    const { engine, embedder } = await open();
    engine.faults.push(fault, fault, fault);
    expect((await embedder.embedQueries(['年假'])).vectors).toHaveLength(1);
    expect(engine.seen).toHaveLength(4);
    expect(waits).toEqual([300, 600, 1200]);
  });

  it('gives up at last with engine_unavailable and the reason', async () => {
    const { engine, embedder } = await open();
    engine.faults.push(...new Array<Fault>(8).fill(status(503)));
    const error = await failure(embedder.embedQueries(['年假']));
    expect(error.code).toBe('engine_unavailable');
    expect(error.message).toContain('(HTTP 503)');
    expect(engine.seen).toHaveLength(4);
  });

  it('is more patient with an import', async () => {
    const { engine, embedder } = await open();
    engine.faults.push(...new Array<Fault>(7).fill(status(503)));
    expect((await embedder.embedLines(['a'], { priority: 'import' })).vectors).toHaveLength(1);
  });

  it('says that nothing listens there', async () => {
    const { engine, embedder } = await open();
    await engine[Symbol.asyncDispose]();
    engines.length = 0;
    const error = await failure(embedder.embedQueries(['年假']));
    expect(error.code).toBe('engine_unavailable');
    expect(error.message).toContain('ECONNREFUSED');
  });

  it.each([
    ['2', 2000],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
    ['nonsense', 300],
  ])('waits as long as Retry-After says: %s', async (header, expected) => {
    const { engine, embedder } = await open();
    engine.faults.push(status(429, {}, { 'retry-after': header }));
    await embedder.embedQueries(['年假']);
    expect(waits).toEqual([expected]);
  });

  it('does not wait for hours', async () => {
    const { engine, embedder } = await open();
    engine.faults.push(status(429, {}, { 'retry-after': '7200' }));
    expect((await failure(embedder.embedQueries(['年假']))).code).toBe('engine_unavailable');
    expect(waits).toEqual([]);
  });

  it.each([
    [400, { error: { message: 'bad input' } }, 'bad input'],
    [401, { error: 'who are you' }, 'KB_ENGINE_KEY'],
    [404, { detail: 'no such model' }, 'KB_MODEL'],
    [422, '<html>', 'HTTP 422'],
  ])('does not try again after %i and tells what the server said', async (code, body, part) => {
    const { engine, embedder } = await open();
    engine.faults.push(status(code, body));
    const error = await failure(embedder.embedQueries(['年假']));
    expect(error.code).toBe('upstream');
    expect(error.message).toContain(part);
    expect(engine.seen).toHaveLength(1);
  });

  it('never shows the key, even if the server echoes it', async () => {
    const { engine, embedder } = await open();
    engine.faults.push(status(401, { error: { message: `Incorrect API key: ${KEY}` } }));
    const error = await failure(embedder.embedQueries(['年假']));
    expect(`${error.message} ${error.sentence('zh')} ${JSON.stringify(error.values)}`).not.toContain(KEY);
    expect(error.message).toContain('Incorrect API key: ***');
  });

  it('ends a try that takes too long, and tries again', async () => {
    const { engine, embedder } = await open({ timeoutMs: { question: 60, import: 60 } });
    engine.faults.push(() => {});
    expect((await embedder.embedQueries(['年假'])).vectors).toHaveLength(1);
    expect(engine.seen).toHaveLength(2);
  });

  it('does not go to another address with the key', async () => {
    const { engine, embedder } = await open();
    const elsewhere = await startFakeEngine();
    engines.push(elsewhere);
    engine.faults.push(status(307, {}, { location: `${elsewhere.url}/v1/embeddings` }));
    const error = await failure(embedder.embedQueries(['年假']));
    expect([error.code, error.message.includes('HTTP 307')]).toEqual(['upstream', true]);
    expect(elsewhere.seen).toEqual([]);
  });

  it('stops waiting for the next try when cancelled', async () => {
    const { engine, embedder } = await open({ deps: { ...deps, sleep: () => new Promise(() => {}) } });
    engine.faults.push(status(503));
    const cancel = new AbortController();
    const work = embedder.embedQueries(['年假'], { signal: cancel.signal });
    setTimeout(() => cancel.abort(), 30);
    expect((await failure(work)).code).toBe('cancelled');
    expect((await embedder.embedQueries(['年假'])).vectors).toHaveLength(1);
  });

  it('fails the whole call when one of its requests fails', async () => {
    const { engine, embedder } = await open({ textsPerRequest: 1, requestsAtOnce: 1 });
    engine.faults.push((_, __, usual) => usual(), status(400));
    expect((await failure(embedder.embedLines(['a', 'b', 'c', 'd']))).code).toBe('upstream');
    await embedder.embedLines(['e']);
    expect(engine.seen.map((seen) => seen.body?.input[0])).toEqual(['a', 'b', 'e']);
  });
});
