import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Reranker, RerankOptions } from '../../src/engine/reranker.ts';
import { KbError } from '../../src/errors.ts';
import { openOverlapReranker, overlap } from '../support/overlap-reranker.ts';
import { type Base, openBase, type RunningWeb, startWeb } from './support/start-web.ts';

const QUERY = 'how do I reset my password';
const DOCUMENTS = [
  'The canteen opens at noon.',
  'Reset your password on the sign-in page.',
  'I forgot how to reset my password.',
  'VPN',
];
/** By words in common with the query. */
const ORDER = [2, 1, 0, 3];

let base: Base;
let reranker: Reranker;
let web: RunningWeb;

beforeAll(async () => {
  base = await openBase([]);
  reranker = openOverlapReranker();
  web = await startWeb(base, { reranker });
});

afterAll(async () => {
  await web?.server.close();
  await reranker?.close();
  await base?.close();
});

interface Result {
  readonly index: number;
  readonly relevance_score: number;
  readonly document?: { text: string };
}

/** Every field that a test reads of an answer. */
interface RerankBody {
  readonly model: string;
  readonly results: Result[];
  readonly usage: object;
  readonly meta: object;
}

interface Rank {
  readonly index: number;
  readonly score: number;
  readonly text?: string;
}

async function rerank<Body = RerankBody>(body: object, path = '/v1/rerank', on = web) {
  const reply = await on.send('POST', path, body);
  return { ...reply, answer: JSON.parse(reply.text) as Body };
}

describe('documents, as clients of Cohere and Jina send them', () => {
  it('come back best first, with their places, scores and texts, and what was read', async () => {
    const { status, answer } = await rerank({ model: 'rerank-v3.5', query: QUERY, documents: DOCUMENTS });
    expect(status).toBe(200);
    const { tokens } = await reranker.rerank(QUERY, DOCUMENTS);
    expect(answer).toEqual({
      model: 'word-overlap',
      results: ORDER.map((index) => ({
        index,
        relevance_score: overlap(QUERY, DOCUMENTS[index] ?? ''),
        document: { text: DOCUMENTS[index] },
      })),
      usage: { prompt_tokens: tokens, total_tokens: tokens },
      meta: { tokens: { input_tokens: tokens } },
    });
  });

  it('may be objects, whose other fields are left alone', async () => {
    const documents = DOCUMENTS.map((text, id) => (id % 2 === 0 ? { text, id } : text));
    const { answer } = await rerank({ query: QUERY, documents });
    expect(answer.results.map(({ document }) => document?.text)).toEqual(ORDER.map((i) => DOCUMENTS[i]));
  });

  it('come back without their texts where those are not wanted, and only the best where a number is said', async () => {
    const { answer } = await rerank({
      query: QUERY,
      documents: DOCUMENTS,
      top_n: 2,
      return_documents: false,
    });
    expect(answer.results).toEqual(
      ORDER.slice(0, 2).map((index) => ({
        index,
        relevance_score: overlap(QUERY, DOCUMENTS[index] ?? ''),
      })),
    );
    const all = await rerank({ query: QUERY, documents: DOCUMENTS, top_n: 99, return_documents: null });
    expect(all.answer.results).toHaveLength(DOCUMENTS.length);
  });

  it('keep their order where they are equally good', async () => {
    const { answer } = await rerank({ query: QUERY, documents: ['VPN', 'Apples', 'VPN', QUERY, 'Bread'] });
    expect(answer.results.map(({ index }) => index)).toEqual([3, 0, 1, 2, 4]);
  });

  it('may be more than the model takes at once', async () => {
    const documents = Array.from({ length: 250 }, (_, i) => (i === 240 ? QUERY : `document ${i}`));
    expect(reranker.limits.maxTexts).toBeLessThan(documents.length);
    const { answer } = await rerank({ query: QUERY, documents });
    expect(answer.results).toHaveLength(250);
    expect(answer.results[0]?.index).toBe(240);
  });
});

describe('texts, as clients of text-embeddings-inference send them', () => {
  it('come back as a bare list, best first', async () => {
    const { status, answer } = await rerank<Rank[]>({ query: QUERY, texts: DOCUMENTS }, '/rerank');
    expect(status).toBe(200);
    expect(answer).toEqual(ORDER.map((index) => ({ index, score: overlap(QUERY, DOCUMENTS[index] ?? '') })));
  });

  it('come back with their texts and raw scores where that is asked', async () => {
    const request = { query: QUERY, texts: DOCUMENTS, return_text: true, raw_scores: true, truncate: true };
    const { answer } = await rerank<Rank[]>(request, '/rerank');
    expect(answer.map(({ index, text }) => [index, text])).toEqual(ORDER.map((i) => [i, DOCUMENTS[i]]));
    for (const { index, score } of answer)
      expect(1 / (1 + Math.exp(-score))).toBeCloseTo(overlap(QUERY, DOCUMENTS[index] ?? ''), 9);
  });

  it('have a finite raw score even where the model is certain', async () => {
    const certain: Reranker = {
      ...reranker,
      rerank: async () => ({ scores: [0, 1], tokens: 2 }),
    };
    const other = await startWeb(base, { reranker: certain });
    const body = { query: 'a', texts: ['no', 'yes'], raw_scores: true };
    const { answer } = await rerank<Rank[]>(body, '/rerank', other);
    await other.server.close();
    expect(answer.map(({ index }) => index)).toEqual([1, 0]);
    expect(answer[0]?.score).toBeGreaterThan(20);
    expect(answer[1]?.score).toBeCloseTo(-(answer[0]?.score ?? 0), 3);
  });
});

describe('the request', () => {
  it.each(['/v1/rerank', '/v2/rerank', '/rerank'])('is understood in both forms at %s', async (path) => {
    const cohere = await rerank({ query: QUERY, documents: DOCUMENTS }, path);
    expect(cohere.answer.results[0]?.index).toBe(2);
    const tei = await rerank<Rank[]>({ query: QUERY, texts: DOCUMENTS }, path);
    expect(tei.answer[0]?.index).toBe(2);
  });

  it('passes the instruction on, where it says something', async () => {
    const tasks: (string | undefined)[] = [];
    const recording: Reranker = {
      ...reranker,
      rerank: (query, documents, options) => {
        tasks.push(options?.task);
        return reranker.rerank(query, documents, options);
      },
    };
    const other = await startWeb(base, { reranker: recording });
    for (const instruction of ['Find the rule', ' ', null, undefined])
      await rerank({ query: 'a', documents: ['b'], instruction }, '/v1/rerank', other);
    await other.server.close();
    expect(tasks).toEqual(['Find the rule', undefined, undefined, undefined]);
  });

  it.each([
    [{ query: 'a' }, 'send either documents or texts'],
    [{ query: 'a', documents: ['b'], texts: ['b'] }, 'send either documents or texts'],
    [{ documents: ['b'] }, 'query is missing'],
    [{ query: ['a'], documents: ['b'] }, 'query must be text'],
    [{ query: 'a', documents: [] }, 'documents must have at least one item'],
    [{ query: 'a', texts: [] }, 'texts must have at least one item'],
    [{ query: 'a', documents: new Array(1001).fill('b') }, 'documents may have at most 1000 items'],
    [{ query: 'a', texts: new Array(1001).fill('b') }, 'texts may have at most 1000 items'],
    [{ query: 'a', documents: ['b', 5] }, 'documents.1 must be a text, or an object with a text'],
    [{ query: 'a', documents: [{ title: 'b' }] }, 'documents.0 must be a text, or an object with a text'],
    [{ query: 'a', documents: ['b', ' '] }, 'documents.1 is blank'],
    [{ query: 'a', documents: [{ text: '\u200b' }] }, 'documents.0.text is blank'],
    [{ query: 'a', texts: ['b', 'c', ''] }, 'texts.2 is blank'],
    [{ query: 'a', documents: ['b'], top_n: 0 }, 'top_n must be at least 1'],
    [{ query: 'a', documents: ['b'], return_documents: 'yes' }, 'return_documents must be true or false'],
  ])('is refused with one sentence that says why: %#', async (request, message) => {
    const { status, body } = await rerank(request);
    expect([status, body.error.code]).toEqual([400, 'invalid_request']);
    expect(body.error.message).toContain(message);
  });

  it('is refused in Chinese where it is Chinese', async () => {
    const { body } = await rerank({ query: '年假有几天', documents: ['年假', ' '] });
    expect(body.error.message).toBe('请求无效：documents.1 是空白的，请去掉它或写入内容。');
  });

  it('needs a query', async () => {
    const { status, body } = await rerank({ query: ' ', documents: ['b'] });
    expect([status, body.error.code]).toEqual([400, 'empty_query']);
  });

  it('may not be larger than 1 MB', async () => {
    const { status, body } = await rerank({ query: 'a', documents: ['x'.repeat(1_000_000)] });
    expect([status, body.error.code]).toEqual([413, 'too_large']);
  });
});

describe('without a reranker', () => {
  it('is told so, in both forms and languages', async () => {
    const none = await startWeb(base);
    for (const path of ['/v1/rerank', '/rerank']) {
      const { status, body } = await rerank({ query: 'a', texts: ['b'] }, path, none);
      expect(status).toBe(404);
      expect(body.error).toEqual({
        code: 'no_reranker',
        message: 'No reranker is set; set KB_RERANKER to a Qwen3-Reranker.',
      });
    }
    const zh = await rerank({ query: '年假', documents: ['b'] }, '/v1/rerank', none);
    expect(zh.body.error.message).toBe('没有设置重排模型，请将 KB_RERANKER 设为 Qwen3-Reranker。');
    await none.server.close();
  });
});

describe('a reranker that is busy', () => {
  /** A reranker whose batches end when the test says so, and what it was given. */
  function heldReranker() {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const batches: string[][] = [];
    const waiting = { items: 0 };
    const held = openOverlapReranker({
      maxWaiting: 10,
      run: async (pairs) => {
        batches.push(pairs.map(({ document }) => document));
        await gate;
        return pairs.map(() => 0.5);
      },
      observer: {
        batch() {},
        refused() {},
        waiting: (items) => {
          waiting.items = items;
        },
      },
    });
    return { held, release, batches, waiting };
  }

  it('answers what is too much with 429 and when to come again, and the rest when it is done', async () => {
    const { held, release, batches, waiting } = heldReranker();
    const other = await startWeb(base, { reranker: held });
    const running = rerank({ query: 'a', documents: ['one'] }, '/v1/rerank', other);
    await vi.waitFor(() => expect(batches).toHaveLength(1), 5_000);
    const queued = rerank({ query: 'a', documents: new Array(10).fill('two') }, '/v1/rerank', other);
    await vi.waitFor(() => expect(waiting.items).toBe(10), 5_000);
    const refused = await rerank({ query: 'a', texts: ['three'] }, '/rerank', other);
    expect([refused.status, refused.body.error.code]).toEqual([429, 'busy']);
    expect(refused.headers.get('retry-after')).toBe('1');
    release();
    expect((await running).status).toBe(200);
    expect((await queued).answer.results).toHaveLength(10);
    await other.server.close();
  });

  it('never sees the documents of a client that went away', async () => {
    const { held, release, batches, waiting } = heldReranker();
    const other = await startWeb(base, { reranker: held });
    const running = rerank({ query: 'a', documents: ['one'] }, '/v1/rerank', other);
    await vi.waitFor(() => expect(batches).toHaveLength(1), 5_000);
    const client = new AbortController();
    const gone = fetch(`${other.url}/v1/rerank`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'a', documents: ['two', 'two'] }),
      signal: client.signal,
    });
    const failed = expect(gone).rejects.toThrow();
    await vi.waitFor(() => expect(waiting.items).toBe(2), 5_000);
    client.abort();
    await failed;
    await vi.waitFor(() => expect(waiting.items).toBe(0), 5_000);
    release();
    await running;
    expect(batches).toEqual([['one']]);
    await other.server.close();
  });

  it('gets no further part of a long list once its client went away', async () => {
    const calls: (RerankOptions | undefined)[] = [];
    const slow: Reranker = {
      ...reranker,
      limits: { ...reranker.limits, maxTexts: 1 },
      rerank: (_query, _documents, options) => {
        calls.push(options);
        return new Promise((_resolve, reject) => {
          options?.signal?.addEventListener('abort', () => reject(new KbError('cancelled')));
        });
      },
    };
    const other = await startWeb(base, { reranker: slow });
    const client = new AbortController();
    const gone = fetch(`${other.url}/v1/rerank`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'a', documents: ['one', 'two', 'three'] }),
      signal: client.signal,
    });
    const failed = expect(gone).rejects.toThrow();
    await vi.waitFor(() => expect(calls).toHaveLength(1), 5_000);
    client.abort();
    await failed;
    await vi.waitFor(() => expect(calls[0]?.signal?.aborted).toBe(true), 5_000);
    await vi.waitFor(async () => {
      const { text } = await other.send('GET', '/metrics');
      expect(text).toContain('route="/v1/rerank",status="499"} 1');
    }, 5_000);
    expect(calls).toHaveLength(1);
    await other.server.close();
  });
});
