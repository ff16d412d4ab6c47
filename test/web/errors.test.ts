import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KbError } from '../../src/errors.ts';
import { type Base, openBase, type RunningWeb, replaced, startWeb } from './support/start-web.ts';

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

/** What a server with a failing model answers to a search. */
async function searchWith(failure: unknown, headers: Record<string, string> = {}) {
  const embedder = replaced(base.embedder, { embedQueries: () => Promise.reject(failure) });
  const failing = await startWeb(base, { embedder });
  const reply = await failing.send('POST', '/search', { query: 'VPN' }, headers);
  await failing.server.close();
  return { ...reply, log: failing.log.join('\n') };
}

describe('what is wrong with a request', () => {
  it('answers JSON that is none with 400, in the language of the reader', async () => {
    for (const body of ['{"query":', 'query', '']) {
      const en = await web.send('POST', '/search', body);
      expect([en.status, en.body.error.code]).toEqual([400, 'invalid_request']);
      expect(en.body.error.message).toContain('the body is not JSON');
    }
    const zh = await web.send('POST', '/search', '{', { 'accept-language': 'en;q=0.5, zh-TW' });
    expect(zh.body.error.message).toContain('请求内容不是 JSON');
    expect(zh.headers.get('content-language')).toBe('zh');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=a', ''])(
    'answers the type "%s" with 415',
    async (type) => {
      const { status, body } = await web.send('POST', '/search', '{"query":"a"}', { 'content-type': type });
      expect([status, body.error.code]).toEqual([415, 'unsupported_type']);
    },
  );

  it('says what is missing from a request without a body', async () => {
    const { status, body } = await web.send('POST', '/search');
    expect([status, body.error.code]).toEqual([400, 'invalid_request']);
    expect(body.error.message).toContain('query is missing');
  });

  it('takes JSON with a charset', async () => {
    const type = { 'content-type': 'application/json; charset=utf-8' };
    expect((await web.send('POST', '/search', '{"query":"a"}', type)).status).toBe(200);
  });

  it('answers a body over 1 MB with 413, and takes one just under it', async () => {
    const over = await web.send('POST', '/lines', { lines: ['x'.repeat(1_000_000)] });
    expect([over.status, over.body.error.code]).toEqual([413, 'too_large']);
    const under = await web.send('POST', '/lines', { lines: ['x'.repeat(999_000)] });
    expect(under.body.rejected[0]?.reason).toBe('line_too_long');
  });

  it('answers an endless body without a length with 413', async () => {
    const { status, body } = await sendChunks('{"query":"', 'x'.repeat(100_000), 30);
    expect([status, JSON.parse(body).error.code]).toEqual([413, 'too_large']);
    expect((await web.send('GET', '/healthz')).status).toBe(200);
  });

  it('takes a body without a length that is small enough', async () => {
    const { status, body } = await sendChunks('{"query":"VPN"}', ' ', 3);
    expect([status, JSON.parse(body).matches.length]).toEqual([200, 5]);
  });

  it('answers unknown paths with 404', async () => {
    for (const path of ['/nothing', '/lines/a/b', '/assets/../package.json', '/assets/nothing.js', '//']) {
      const { status, body } = await web.send('GET', path);
      expect([path, status, body.error?.code]).toEqual([path, 404, 'route_not_found']);
    }
  });

  it.each([
    ['GET', '/search', 'POST'],
    ['PUT', '/lines', 'GET, HEAD, POST'],
    ['GET', '/lines/abcd', 'DELETE'],
    ['POST', '/', 'GET, HEAD'],
    ['OPTIONS', '/search', 'POST'],
  ])('answers %s %s with 405 and what is allowed', async (method, path, allowed) => {
    const { status, headers, body } = await web.send(method, path);
    expect([status, headers.get('allow'), body.error.code]).toEqual([405, allowed, 'method_not_allowed']);
  });

  it('refuses an id that fits more than one line, and one that fits none', async () => {
    const none = await web.send('DELETE', '/lines/zzzzzzzzzzzz');
    expect([none.status, none.body.error.code]).toEqual([404, 'not_found']);
    for (const id of ['a', '%00', '..%2f..', encodeURIComponent("' OR 1=1 --")]) {
      const { status, body } = await web.send('DELETE', `/lines/${id}`);
      expect([400, 404]).toContain(status);
      expect(body.error.message).not.toContain('inside');
    }
    expect((await web.send('GET', '/lines')).body.total).toBe(6);
  });

  it('answers what is no HTTP in the same form', async () => {
    const answer = await rawExchange('GARBAGE\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '').error.code).toBe('invalid_request');
  });

  it('answers a malformed Host header with an error and stays up', async () => {
    const answer = await rawExchange('GET /lines HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(answer).toContain('"error"');
    expect((await web.send('GET', '/healthz')).status).toBe(200);
  });
});

describe('what goes wrong behind it', () => {
  it.each([
    [new KbError('busy'), 429, '1'],
    [new KbError('engine_unavailable', { values: { url: 'http://gpu', detail: '' } }), 503, '5'],
    [new KbError('shutting_down'), 503, '5'],
    [new KbError('upstream', { values: { url: 'http://gpu', detail: 'no' } }), 502, null],
    [new KbError('model', { values: { model: 'm', detail: 'broken' } }), 503, null],
    [new KbError('text_too_long', { values: { length: 9, limit: 8 } }), 400, null],
  ])('answers %s with %i', async (failure, status, retryAfter) => {
    const reply = await searchWith(failure);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([status, retryAfter]);
    expect(reply.body).toEqual({ error: { code: failure.code, message: failure.message } });
  });

  it('answers a fault of ours with 500, tells the log and nobody else', async () => {
    const reply = await searchWith(new TypeError('secret detail at /root/x.ts'));
    expect([reply.status, reply.body.error.code]).toEqual([500, 'internal']);
    expect(JSON.stringify(reply.body)).not.toContain('secret detail');
    expect(reply.log).toContain('secret detail');
    expect(reply.log).not.toContain('VPN');
  });
});

function sendChunks(first: string, chunk: string, times: number): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    const call = request(`${web.url}/search`, { method: 'POST', headers }, async (response) => {
      resolve({ status: response.statusCode ?? 0, body: await text(response) });
    });
    call.on('error', reject);
    call.write(first);
    for (let i = 0; i < times; i++) call.write(chunk);
    call.end();
  });
}

function rawExchange(message: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(web.port, '127.0.0.1', () => socket.write(message));
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
