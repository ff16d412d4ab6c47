import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BotHealth, NodeRoute } from '../../src/bots/core/bot.ts';
import { createAssistant } from '../../src/bots/core/create-assistant.ts';
import { KbError } from '../../src/errors.ts';
import { measureAnswers } from '../../src/web/measure-answers.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { type Base, openBase, replaced, startWeb } from './support/start-web.ts';

let base: Base;

beforeAll(async () => {
  base = await openBase();
});

afterAll(() => base?.close());

/** An embedder whose questions wait until `release`, and tell when they were cancelled; a probe does not wait. */
function waitingEmbedder() {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const seen = { started: 0, cancelled: 0 };
  const embedder = replaced(base.embedder, {
    async embedQueries(texts, options) {
      if (texts[0] === 'ready?') return base.embedder.embedQueries(texts, options);
      seen.started++;
      const cancelled = new Promise<never>((_resolve, reject) => {
        options?.signal?.addEventListener('abort', () => {
          seen.cancelled++;
          reject(new KbError('cancelled'));
        });
      });
      await Promise.race([gate, cancelled]);
      return base.embedder.embedQueries(texts, options);
    },
  });
  return { embedder, release, seen };
}

describe('close', () => {
  it('lets a running request end, tells new ones to come later, and can be called twice', async () => {
    const { embedder, release, seen } = waitingEmbedder();
    const handled: string[] = [];
    const route: NodeRoute = {
      path: '/slack/events',
      handle: (_request, response) => {
        handled.push('event');
        response.end();
      },
    };
    const web = await startWeb(base, { embedder, routes: [route], config: { KB_API_KEY: 'secret-key-1' } });
    const key = { authorization: 'Bearer secret-key-1' };
    const running = web.send('POST', '/search', { query: 'VPN' }, key);
    await vi.waitFor(() => expect(seen.started).toBe(1), 5_000);
    const closed = web.server.close();
    expect(web.server.close()).toBe(closed);
    for (const path of ['/search', '/slack/events']) {
      const refused = await web.send('POST', path, { query: 'VPN' });
      expect([refused.status, refused.body.error.code]).toEqual([503, 'shutting_down']);
      expect(refused.headers.get('retry-after')).toBe('5');
      expect(refused.headers.get('connection')).toBe('close');
    }
    expect(handled).toEqual([]);
    expect((await web.send('GET', '/healthz')).status).toBe(200);
    const readyz = await web.send('GET', '/readyz');
    expect([readyz.status, readyz.body.parts.server?.ready]).toEqual([503, false]);
    release();
    expect((await running).status).toBe(200);
    await closed;
    await expect(fetch(`${web.url}/healthz`)).rejects.toThrow();
  });

  it('does not wait for ever', async () => {
    const { embedder, seen } = waitingEmbedder();
    const web = await startWeb(base, { embedder, closeTimeoutMs: 50 });
    const running = web.send('POST', '/search', { query: 'VPN' });
    const cutOff = expect(running).rejects.toThrow();
    await vi.waitFor(() => expect(seen.started).toBe(1), 5_000);
    await web.server.close();
    await cutOff;
    await vi.waitFor(() => expect(seen.cancelled).toBe(1), 5_000);
  });

  it('does not wait for connections that have not asked anything, as browsers open them in advance', async () => {
    const web = await startWeb(base, { closeTimeoutMs: 60_000 });
    const connection = connect(web.port, '127.0.0.1');
    await once(connection, 'connect');
    // The server knows of it, too, once it has answered a later one.
    expect((await web.send('GET', '/healthz')).status).toBe(200);
    const ended = once(connection, 'close');
    await web.server.close();
    await ended;
  });

  it('works before anything listened', async () => {
    const { createWebServer } = await import('../../src/web/create-web-server.ts');
    const assistant = createAssistant({
      ...base,
      config: { topK: 5, lowConfidence: 0.4, editors: ['*'] },
    });
    const config = { KB_HOST: '127.0.0.1', KB_PORT: 0, KB_LOW_CONFIDENCE: 0.4 };
    await createWebServer({ assistant, embedder: base.embedder, store: base.store, config }).close();
  });
});

describe('listen', () => {
  it('says that a port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(startWeb(base, { config: { KB_PORT: port } })).rejects.toMatchObject({
      code: 'cannot_listen',
      message: expect.stringContaining(`port ${port} (EADDRINUSE)`),
    });
    taken.close();
  });
});

describe('a client that goes away', () => {
  it('stops the work that was done for it', async () => {
    const { embedder, seen } = waitingEmbedder();
    const web = await startWeb(base, { embedder });
    const client = new AbortController();
    const running = fetch(`${web.url}/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"VPN"}',
      signal: client.signal,
    });
    const gone = expect(running).rejects.toThrow();
    await vi.waitFor(() => expect(seen.started).toBe(1), 5_000);
    client.abort();
    await gone;
    await vi.waitFor(() => expect(seen.cancelled).toBe(1), 5_000);
    const metrics = await web.send('GET', '/metrics');
    expect(metrics.text).toContain('route="/search",status="499"} 1');
    await web.server.close();
  });
});

describe("a bot's path", () => {
  it('gets the raw request, past the key and the checks for browsers', async () => {
    const route: NodeRoute = {
      path: '/slack/events',
      handle(request, response) {
        void text(request).then((body) => {
          response.writeHead(202).end(`${request.method} ${request.headers['x-slack-signature']} ${body}`);
        });
      },
    };
    const web = await startWeb(base, { routes: [route], config: { KB_API_KEY: 'secret-key-1' } });
    const reply = await fetch(`${web.url}/slack/events?a=1`, {
      method: 'PUT',
      headers: { 'x-slack-signature': 'v0=ab', 'content-type': 'text/plain', origin: 'https://slack.com' },
      body: '{"raw" : true}',
    });
    expect([reply.status, await reply.text()]).toEqual([202, 'PUT v0=ab {"raw" : true}']);
    expect((await web.send('GET', '/slack/eventsx')).status).toBe(401);
    await web.server.close();
  });
});

describe('/healthz and /readyz', () => {
  it('are fine when all is', async () => {
    const slack: BotHealth = { ready: true, detail: 'Connected.' };
    const web = await startWeb(base, { health: () => ({ slack }) });
    expect(await web.send('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    const { status, body } = await web.send('GET', '/readyz');
    expect(status).toBe(200);
    expect(body).toEqual({
      ready: true,
      parts: {
        model: { ready: true, detail: `builtin, ${base.embedder.dimensions} dimensions` },
        store: { ready: true, detail: '6 lines' },
        slack,
      },
    });
    await web.server.close();
  });

  it('tell a bot that lost its connection, a model that broke, and when they are back', async () => {
    let now = 0;
    let failure: KbError | undefined;
    const slack = { ready: false, detail: 'Reconnecting.' };
    const embedder = replaced(base.embedder, {
      embedQueries: (texts, options) =>
        failure ? Promise.reject(failure) : base.embedder.embedQueries(texts, options),
    });
    const web = await startWeb(base, { embedder, health: () => ({ slack }), clock: () => new Date(now) });
    const first = await web.send('GET', '/readyz');
    expect(first).toMatchObject({
      status: 503,
      body: { ready: false, parts: { slack, model: { ready: true } } },
    });

    slack.ready = true;
    expect((await web.send('GET', '/readyz')).status).toBe(200);

    failure = new KbError('model', { values: { model: 'm', detail: 'gone' } });
    now += 60_000;
    const broken = await web.send('GET', '/readyz');
    expect([broken.status, broken.body.parts.model]).toEqual([
      503,
      { ready: false, detail: failure.message },
    ]);
    expect((await web.send('GET', '/healthz')).status).toBe(200);

    failure = new KbError('busy');
    now += 60_000;
    expect((await web.send('GET', '/readyz')).status).toBe(200);
    await web.server.close();
  });
});

describe('/metrics', () => {
  it('counts requests, questions, weak answers and lines, and tells of the process', async () => {
    const metrics = createMetrics();
    const web = await startWeb(base, { metrics });
    await web.send('POST', '/search', { query: '法国的首都是哪里?' });
    await web.send('POST', '/search', { query: 'Who won the world cup in 1974?' });
    await web.send('POST', '/search', { query: ' ' });
    await web.send('GET', '/nothing/of/the/kind');
    const assistant = createAssistant({
      ...base,
      config: { topK: 5, lowConfidence: 0.4, editors: ['*'] },
    });
    const inSlack = measureAnswers(assistant, metrics, 'slack');
    await inSlack.ask('VPN');
    await inSlack.run({ kind: 'ask', question: 'VPN' }, { by: { id: 'U1', source: 'slack' } });
    const { headers, text: body } = await web.send('GET', '/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const line of [
      'kb_http_requests_total{method="POST",route="/search",status="200"} 2',
      'kb_http_requests_total{method="POST",route="/search",status="400"} 1',
      'kb_http_requests_total{method="GET",route="unmatched",status="404"} 1',
      'kb_http_request_duration_seconds_count{method="POST",route="/search"} 3',
      'kb_searches_total{surface="http"} 2',
      'kb_weak_answers_total{surface="http"} 1',
      'kb_searches_total{surface="slack"} 2',
      'kb_lines 6',
    ])
      expect(body).toContain(`${line}\n`);
    expect(body).toContain('process_cpu_seconds_total');
    await web.server.close();
  });

  it('tell no number of lines while the store does not answer, and all the rest', async () => {
    const metrics = createMetrics();
    let count = () => Promise.resolve(7);
    metrics.countLines(() => count());
    expect(await metrics.render()).toContain('kb_lines 7\n');
    count = () => Promise.reject(new KbError('store', { values: { location: 'data', detail: 'gone' } }));
    const without = await metrics.render();
    expect(without).not.toMatch(/^kb_lines /m);
    expect(without).toContain('process_cpu_seconds_total');
  });
});
