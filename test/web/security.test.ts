import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Base, openBase, type RunningWeb, startWeb } from './support/start-web.ts';

const KEY = 'correct-horse-battery';

let base: Base;
let keyed: RunningWeb;
let open: RunningWeb;

beforeAll(async () => {
  base = await openBase();
  keyed = await startWeb(base, { config: { KB_API_KEY: KEY } });
  open = await startWeb(base);
});

afterAll(async () => {
  await keyed?.server.close();
  await open?.server.close();
  await base?.close();
});

/** A GET or POST with exactly these headers, as fetch may not send them. */
function send(web: RunningWeb, method: string, path: string, headers: Record<string, string>, body = '') {
  return new Promise<{ status: number; body: string; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      const call = request(`${web.url}${path}`, { method, headers, agent: false }, async (response) => {
        resolve({
          status: response.statusCode ?? 0,
          body: await text(response),
          headers: response.headers,
        });
      });
      call.on('error', reject);
      call.end(body);
    },
  );
}

const search = (web: RunningWeb, headers: Record<string, string>) =>
  send(web, 'POST', '/search', { 'content-type': 'application/json', ...headers }, '{"query":"VPN"}');

describe('the API key', () => {
  it.each([
    ['POST', '/search'],
    ['GET', '/lines'],
    ['POST', '/lines'],
    ['DELETE', '/lines/abcdefghjkmn'],
    ['POST', '/inspect'],
    ['POST', '/v1/embeddings'],
    ['POST', '/v1/rerank'],
    ['POST', '/rerank'],
    ['GET', '/v1/models'],
    ['GET', '/metrics'],
    ['GET', '/openapi.json'],
    ['GET', '/nothing'],
    ['GET', '/assets/nothing'],
  ])('is needed for %s %s', async (method, path) => {
    const { status, headers, body } = await keyed.send(method, path);
    expect([status, body.error.code]).toEqual([401, 'unauthorized']);
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each(['/healthz', '/readyz', '/', '/assets/page.js', '/assets/page.css', '/assets/messages.js'])(
    'is not needed for %s',
    async (path) => {
      expect((await keyed.send('GET', path)).status).toBe(200);
    },
  );

  it('opens everything, however it is spelled around', async () => {
    for (const authorization of [`Bearer ${KEY}`, `bearer ${KEY}`, `Bearer   ${KEY}`])
      expect((await search(keyed, { authorization })).status).toBe(200);
  });

  it.each([
    KEY,
    `Basic ${KEY}`,
    'Bearer',
    'Bearer ',
    `Bearer ${KEY}x`,
    `Bearer ${KEY.slice(1)}`,
    `Bearer x ${KEY}`,
  ])('does not open for "%s"', async (authorization) => {
    expect((await search(keyed, { authorization })).status).toBe(401);
  });

  it('is in no answer and in no log', async () => {
    await search(keyed, { authorization: `Bearer ${KEY}` });
    await search(keyed, { authorization: 'Bearer almost-right-key' });
    expect(keyed.log.length).toBeGreaterThan(0);
    expect(keyed.log.join('\n')).not.toMatch(/correct-horse|almost-right|VPN/);
  });
});

describe('other web pages', () => {
  it.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://localhost:1' }],
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ])('may not use the service: %j', async (headers) => {
    const { status, body } = await search(open, headers);
    expect([status, JSON.parse(body).error.code]).toEqual([403, 'cross_origin']);
    const withKey = await search(keyed, { authorization: `Bearer ${KEY}`, ...headers });
    expect(withKey.status).toBe(403);
  });

  it('may not send what a form can send', async () => {
    const form = { 'content-type': 'text/plain' };
    expect((await send(open, 'POST', '/lines', form, '{"lines":["x"]}')).status).toBe(415);
  });

  it.each([
    'evil.example',
    'evil.example:3000',
    '192.168.1.5',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
  ])('may not reach a local server under the name %s', async (host) => {
    const { status, body } = await search(open, { host, origin: `http://${host}` });
    expect([status, JSON.parse(body).error.code]).toEqual([403, 'wrong_host']);
  });

  it('may not come around by the page itself, but may link to it', async () => {
    const embedded = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    expect((await send(open, 'GET', '/', embedded)).status).toBe(403);
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await send(open, 'GET', '/', link)).status).toBe(200);
    expect((await send(open, 'GET', '/lines', link)).status).toBe(403);
  });

  it('its own page may, under every local name', async () => {
    for (const name of ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST']) {
      const host = `${name}:${open.port}`;
      const { status } = await search(open, { host, origin: `http://${host.toLowerCase()}` });
      expect([name, status]).toEqual([name, 200]);
    }
    expect(
      (await search(open, { 'sec-fetch-site': 'same-origin', origin: 'https://kb.example' })).status,
    ).toBe(200);
  });

  it('a server with a key answers under other names too, as behind a proxy', async () => {
    const { status } = await search(keyed, { host: 'kb.example.com', authorization: `Bearer ${KEY}` });
    expect(status).toBe(200);
  });
});

describe('headers', () => {
  it.each(['/', '/assets/page.js', '/lines', '/nothing'])('%s is locked down', async (path) => {
    const { headers } = await open.send('GET', path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('keeps answers out of caches', async () => {
    for (const path of ['/lines', '/nothing', '/healthz'])
      expect((await open.send('GET', path)).headers.get('cache-control')).toBe('no-store');
  });
});
