import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Base, openBase, type Reply, type RunningWeb, replaced, startWeb } from './support/start-web.ts';

let base: Base;
let web: RunningWeb;
let client: OpenAI;

beforeAll(async () => {
  base = await openBase([]);
  web = await startWeb(base, { config: { KB_API_KEY: 'secret-key-1' } });
  client = new OpenAI({ baseURL: `${web.url}/v1`, apiKey: 'secret-key-1', maxRetries: 0 });
});

afterAll(async () => {
  await web?.server.close();
  await base?.close();
});

const embed = (body: unknown) =>
  web.send('POST', '/v1/embeddings', body, { authorization: 'Bearer secret-key-1' });
/** The first vector of an answer. */
const vectorOf = (reply: Reply) => reply.body.data[0]?.embedding ?? [];
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * (b[i] ?? Number.NaN), 0);

describe('the official client', () => {
  it('gets the vectors of the model, in order, with usage', async () => {
    const input = ['法国的首都是巴黎。', 'Paris is the capital of France.'];
    const answer = await client.embeddings.create({ model: 'text-embedding-3-small', input });
    const expected = await base.embedder.embedLines(input);
    expect(answer.model).toBe('builtin');
    expect(answer.data.map((item) => item.index)).toEqual([0, 1]);
    for (const [i, item] of answer.data.entries()) {
      expect(item.embedding).toHaveLength(base.embedder.dimensions);
      expect(dot(item.embedding, expected.vectors[i] ?? [])).toBeCloseTo(1, 5);
    }
    expect(answer.usage).toEqual({ prompt_tokens: expected.tokens, total_tokens: expected.tokens });
  });

  it('gets the same from float as from base64', async () => {
    const request = { model: 'x', input: 'VPN' };
    const float = await client.embeddings.create({ ...request, encoding_format: 'float' });
    const base64 = await client.embeddings.create(request);
    expect([...(base64.data[0]?.embedding ?? [])]).toEqual(float.data[0]?.embedding);
  });

  it('lists the model', async () => {
    const models = await client.models.list();
    expect(models.data).toEqual([
      {
        id: 'builtin',
        object: 'model',
        created: expect.any(Number),
        owned_by: 'meaning-radar',
        max_model_len: base.embedder.limits.maxTokens,
        fingerprint: base.embedder.fingerprint,
      },
    ]);
  });

  it('meets our errors as its own', async () => {
    const wrongKey = new OpenAI({ baseURL: `${web.url}/v1`, apiKey: 'other', maxRetries: 0 });
    await expect(wrongKey.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(client.embeddings.create({ model: 'x', input: [1, 2] })).rejects.toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
  });
});

describe('POST /v1/embeddings', () => {
  it('writes base64 as little-endian float32', async () => {
    const { body } = await embed({ input: 'VPN', encoding_format: 'base64' });
    const bytes = Buffer.from(String(body.data[0]?.embedding), 'base64');
    const { vectors } = await base.embedder.embedLines(['VPN']);
    expect(bytes).toHaveLength(base.embedder.dimensions * 4);
    for (const i of [0, 1, 100]) expect(bytes.readFloatLE(i * 4)).toBe(vectors[0]?.[i]);
  });

  it('embeds a text as a line, and as a question only where that is said', async () => {
    const asked: string[] = [];
    const recording = replaced(base.embedder, {
      embedQueries: (texts, options) => {
        asked.push('query');
        return base.embedder.embedQueries(texts, options);
      },
      embedLines: (texts, options) => {
        asked.push('line');
        return base.embedder.embedLines(texts, options);
      },
    });
    const other = await startWeb(base, { embedder: recording });
    for (const input_type of [undefined, 'query', 'document', null, 'passage']) {
      const reply = await other.send('POST', '/v1/embeddings', { input: 'How do I reset it?', input_type });
      expect(reply.status).toBe(200);
    }
    await other.server.close();
    expect(asked).toEqual(['line', 'query', 'line', 'line', 'line']);
  });

  it('cuts to the dimensions asked for and keeps unit length', async () => {
    const whole = vectorOf(await embed({ input: 'VPN' }));
    const cut = vectorOf(await embed({ input: 'VPN', dimensions: 32 }));
    expect(cut).toHaveLength(32);
    expect(dot(cut, cut)).toBeCloseTo(1, 5);
    const ratio = (cut[0] ?? 0) / (whole[0] ?? 1);
    for (const i of [1, 15, 31]) expect(cut[i]).toBeCloseTo((whole[i] ?? 0) * ratio, 5);
  });

  it('takes more texts than the model does at once, in order', async () => {
    const sizes: number[] = [];
    const small = replaced(base.embedder, {
      limits: { ...base.embedder.limits, maxTexts: 3 },
      embedLines: (texts, options) => {
        sizes.push(texts.length);
        return base.embedder.embedLines(texts, options);
      },
    });
    const other = await startWeb(base, { embedder: small });
    const input = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];
    const { body } = await other.send('POST', '/v1/embeddings', { input });
    await other.server.close();
    expect(sizes).toEqual([3, 3, 1]);
    const { vectors } = await base.embedder.embedLines(input);
    for (const [i, item] of body.data.entries()) {
      expect(item.index).toBe(i);
      expect(dot(item.embedding, vectors[i] ?? [])).toBeCloseTo(1, 4);
    }
  });

  it.each([
    [{ input: [1, 2, 3] }, 'token ids are not understood'],
    [{ input: [[1, 2], [3]] }, 'token ids are not understood'],
    [{ input: ['a', 5] }, 'input must be a text or a list of texts'],
    [{ input: [] }, 'input'],
    [{ input: {} }, 'input must be a text or a list of texts'],
    [{ model: 'x' }, 'input is missing'],
    [{ input: 'a', dimensions: 0 }, 'dimensions must be at least 1'],
    [{ input: 'a', dimensions: 100_000 }, 'dimensions must be at most'],
    [{ input: 'a', dimensions: 1.5 }, 'dimensions must be a whole number'],
    [{ input: 'a', encoding_format: 'int8' }, 'encoding_format must be one of float, base64'],
    [{ input: 'a', input_type: 'question' }, 'input_type must be one of query, document, passage'],
  ])('refuses %j', async (request, message) => {
    const { status, body } = await embed(request);
    expect([status, body.error.code]).toEqual([400, 'invalid_request']);
    expect(body.error.message).toContain(message);
  });

  it('refuses an empty text', async () => {
    for (const input of ['', ['a', ' ']]) {
      const { status, body } = await embed({ input });
      expect([status, body.error.code]).toEqual([400, 'empty_query']);
    }
  });

  it('ignores fields that it does not know, and null where OpenAI allows nothing', async () => {
    const { status } = await embed({
      input: 'a',
      model: null,
      user: 'u1',
      dimensions: null,
      encoding_format: null,
      truncate: 'END',
    });
    expect(status).toBe(200);
  });
});
