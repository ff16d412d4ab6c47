import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Base, LINES, openBase, type RunningWeb, startWeb } from './support/start-web.ts';

let base: Base;
let web: RunningWeb;

beforeAll(async () => {
  base = await openBase();
  web = await startWeb(base);
});

afterAll(async () => {
  await web?.server.close();
  await base?.close();
});

describe('POST /search', () => {
  it('answers with the nearest lines, best first, in exactly the documented shape', async () => {
    const { status, body } = await web.send('POST', '/search', { query: '巴黎是法国的首都吗?' });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['query', 'model', 'lowConfidence', 'threshold', 'matches']);
    expect(body).toMatchObject({
      query: '巴黎是法国的首都吗?',
      model: 'builtin',
      lowConfidence: false,
      threshold: 0.4,
    });
    expect(body.matches).toHaveLength(5);
    expect(body.matches[0]).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{12}$/),
      text: '法国的首都是巴黎。',
      score: expect.any(Number),
      lowConfidence: false,
      source: 'terminal',
    });
    const scores: number[] = body.matches.map((match: { score: number }) => match.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    for (const score of scores) expect(score).toBe(Math.round(score * 10_000) / 10_000);
    for (const match of body.matches) expect(match.lowConfidence).toBe(match.score <= 0.4);
  });

  it('gives as many matches as asked for', async () => {
    const { body } = await web.send('POST', '/search', { query: 'password', topK: 2 });
    expect(body.matches).toHaveLength(2);
  });

  it('warns where nothing fits', async () => {
    const { body } = await web.send('POST', '/search', { query: 'Who won the world cup in 1974?' });
    expect(body.lowConfidence).toBe(true);
  });

  it.each([
    [{ query: '' }, undefined, 'empty_query', 'The question is empty'],
    [{ query: ' \t\n' }, 'zh-CN,zh;q=0.9', 'empty_query', '问题是空的'],
    [{}, undefined, 'invalid_request', 'query is missing'],
    [{}, 'zh', 'invalid_request', '缺少 query'],
    [{ query: 5 }, undefined, 'invalid_request', 'query must be text'],
    [[], undefined, 'invalid_request', 'the body must be an object'],
    [{ query: 'a', topk: 3 }, undefined, 'invalid_request', 'topk is not a field'],
    [{ query: '密码', topK: 0 }, 'en', 'invalid_request', 'topK 不能小于 1'],
    [{ query: 'a', topK: 51 }, undefined, 'invalid_request', 'topK must be at most 50'],
    [{ query: 'a', topK: 1.5 }, undefined, 'invalid_request', 'topK must be a whole number'],
  ])('refuses %j (%s) with %s', async (request, language, code, message) => {
    const reply = await web.send(
      'POST',
      '/search',
      request,
      language === undefined ? {} : { 'accept-language': language },
    );
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({ error: { code, message: expect.stringContaining(message) } });
  });

  it("answers a wrong request in the question's language, however its characters are written", async () => {
    const { body } = await web.send('POST', '/search', '{"query":"\\u5bc6\\u7801","topK":"5"}');
    expect(body.error.message).toContain('topK 应为数字');
  });

  it('takes a question of any length and script', async () => {
    for (const query of ['密码'.repeat(20_000), '🙈🙉🙊', '\u0000\u202e<script>', 'ด้วยความยินดี']) {
      const { status, body } = await web.send('POST', '/search', { query });
      expect([status, body.matches?.length]).toEqual([200, 5]);
    }
  });
});

describe('/lines', () => {
  it('adds, says what was there already, and refuses what is no line', async () => {
    const fresh = 'The coffee machine is cleaned on Fridays.';
    const { status, body } = await web.send('POST', '/lines', {
      lines: [`  ${fresh} `, fresh, LINES[0], '   ', '长'.repeat(2001)],
    });
    expect(status).toBe(200);
    expect(body.added).toEqual([{ id: expect.any(String), text: fresh }]);
    expect(body.duplicates.map((line: { text: string }) => line.text)).toContain(LINES[0]);
    expect(body.rejected).toEqual([
      { text: '   ', reason: 'empty_line', message: expect.stringContaining('The line is empty') },
      { text: '长'.repeat(2001), reason: 'line_too_long', message: expect.stringContaining('2001') },
    ]);
    expect(body.rejected[1]?.message).toContain('这一行有');

    const again = await web.send('POST', '/lines', { lines: [fresh] });
    expect(again.body.added).toEqual([]);
    expect(again.body.duplicates).toEqual([{ id: body.added[0]?.id, text: fresh }]);
    const found = await web.send('POST', '/search', { query: 'When is the coffee machine cleaned?' });
    expect(found.body.matches[0]).toMatchObject({ text: fresh, source: 'http' });

    const removed = await web.send('DELETE', `/lines/${body.added[0]?.id}`);
    expect([removed.status, removed.body]).toEqual([200, { removed: body.added[0] }]);
    const gone = await web.send('DELETE', `/lines/${body.added[0]?.id}`);
    expect([gone.status, gone.body.error.code]).toEqual([404, 'not_found']);
  });

  it('adds a line of nearly the same meaning without asking', async () => {
    const { body } = await web.send('POST', '/lines', { lines: ['法国的首都是巴黎！'] });
    expect(body.added).toHaveLength(1);
    await web.send('DELETE', `/lines/${body.added[0]?.id}`);
  });

  it('lists pages, newest first, and the last page for one past the end', async () => {
    const first = await web.send('GET', '/lines?pageSize=4');
    expect(first.body).toMatchObject({ page: 1, pages: 2, total: 6 });
    expect(first.body.lines).toHaveLength(4);
    expect(Object.keys(first.body.lines[0] ?? {})).toEqual(['id', 'text', 'source', 'addedBy', 'addedAt']);
    const last = await web.send('GET', '/lines?pageSize=4&page=99');
    expect(last.body.page).toBe(2);
    const seen = [...first.body.lines, ...last.body.lines].map((line: { text: string }) => line.text);
    expect(seen.sort()).toEqual([...LINES].sort());
  });

  it.each([
    ['GET', '/lines?page=0', undefined, 'page must be at least 1'],
    ['GET', '/lines?page=x', undefined, 'page must be a number'],
    ['GET', '/lines?pageSize=101', undefined, 'pageSize must be at most 100'],
    ['POST', '/lines', { lines: [] }, 'lines must have at least one item'],
    ['POST', '/lines', { lines: 'one' }, 'lines must be a list'],
    ['POST', '/lines', { lines: ['a', null] }, 'lines.1 must be text'],
    ['POST', '/lines', { lines: Array(1001).fill('a') }, 'lines may have at most 1000 items'],
  ])('refuses %s %s: %$', async (method, path, request, message) => {
    const { status, body } = await web.send(method, path, request);
    expect([status, body.error.code]).toEqual([400, 'invalid_request']);
    expect(body.error.message).toContain(message);
  });

  it('keeps what was added by many at once', async () => {
    const lines = Array.from({ length: 12 }, (_, i) => `Locker number ${i} is in the basement.`);
    const replies = await Promise.all(lines.map((line) => web.send('POST', '/lines', { lines: [line] })));
    expect(replies.map((reply) => reply.body.added.length)).toEqual(Array(12).fill(1));
    const { body } = await web.send('GET', '/lines?pageSize=100');
    expect(body.total).toBe(LINES.length + 12);
  });
});

describe('POST /inspect', () => {
  it('shows what is behind a text', async () => {
    const { status, body } = await web.send('POST', '/inspect', { text: LINES[1] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ model: 'builtin', dimensions: base.embedder.dimensions });
    expect(body.firstValues).toHaveLength(50);
    expect(body.norm).toBeCloseTo(1, 5);
    expect(body.histogram.reduce((sum: number, count: number) => sum + count, 0)).toBe(body.dimensions);
    expect(body.nearest[0]).toMatchObject({ text: LINES[1], score: 1 });
  });

  it('refuses a blank text', async () => {
    const { status, body } = await web.send('POST', '/inspect', { text: ' ' });
    expect([status, body.error.code]).toEqual([400, 'empty_line']);
  });
});
