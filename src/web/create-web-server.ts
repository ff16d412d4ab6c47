import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { silentLogger } from '../bots/core/bot-logger.ts';
import { KbError } from '../errors.ts';
import type { AppParts } from './app-env.ts';
import { answerClientError } from './client-error.ts';
import { createApp } from './create-app.ts';
import { createMetrics } from './metrics.ts';
import { loadPageAssets } from './page-assets.ts';
import { createReadiness } from './readiness.ts';
import type { ListenAddress, WebServer, WebServerOptions } from './web-server.ts';

/** How long a client may take to send its request. */
const REQUEST_TIMEOUT_MS = 60_000;

/** Builds the HTTP interface; nothing listens before `listen`. Throws `file` where the page's files are missing. */
export function createWebServer(options: WebServerOptions): WebServer {
  const { assistant, embedder, store, config, closeTimeoutMs = 10_000 } = options;
  const clock = options.clock ?? (() => new Date());
  const logger = options.logger ?? silentLogger;
  const metrics = options.metrics ?? createMetrics();
  metrics.countLines(() => store.lines.count());
  const readiness = createReadiness({
    embedder,
    lines: store.lines,
    bots: options.health ?? (() => ({})),
    clock,
  });
  const parts: AppParts = {
    assistant,
    embedder,
    store,
    config,
    logger,
    metrics,
    readiness,
    startedAt: clock(),
  };
  const app = createApp(parts, loadPageAssets({ threshold: config.KB_LOW_CONFIDENCE }));
  const answer = getRequestListener(app.fetch, {
    hostname: config.KB_HOST,
    overrideGlobalObjects: false,
    errorHandler: (error) => {
      logger.warn({ err: error }, 'A request could not be read');
      return Response.json(
        { error: { code: 'invalid_request', message: new KbError('invalid_request', BAD_URL).message } },
        { status: 400 },
      );
    },
  });
  const botRoutes = new Map((options.routes ?? []).map((route) => [route.path, route]));
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, handle);
  server.on('clientError', answerClientError);
  let closing: Promise<void> | undefined;

  function handle(request: IncomingMessage, response: ServerResponse): void {
    if (closing) response.setHeader('Connection', 'close');
    // A connection that becomes idle while the server closes would keep it open until its timeout.
    response.once('close', () => {
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const bot = botRoutes.get(path);
    if (bot) bot.handle(request, response);
    else void answer(request, response);
  }

  function listen(): Promise<ListenAddress> {
    const { KB_HOST: host, KB_PORT: port } = config;
    return new Promise((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException) =>
        reject(
          new KbError('cannot_listen', {
            values: { host, port, detail: error.code ?? error.message },
            cause: error,
          }),
        );
      server.once('error', fail);
      server.listen({ host: host.replace(/^\[|\]$/g, ''), port }, () => {
        server.off('error', fail);
        server.on('error', (error) => logger.error({ err: error }, 'The HTTP server met an error'));
        const { port: taken } = server.address() as AddressInfo;
        resolve({ url: `http://${browserHost(host)}:${taken}`, port: taken });
      });
    });
  }

  /** Ends idle connections at once, lets running requests finish, and cuts off what is left in the end. */
  function close(): Promise<void> {
    closing ??= new Promise((resolve) => {
      readiness.stop();
      const timer = setTimeout(() => server.closeAllConnections(), closeTimeoutMs);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      server.closeIdleConnections();
    });
    return closing;
  }

  return { listen, close };
}

const BAD_URL = { values: { detail: 'the address or the Host header is malformed' } };

/** The host to open in a browser on this machine. */
function browserHost(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '[::]') return '127.0.0.1';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
