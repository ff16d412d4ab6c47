import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { NodeRoute } from '../bots/core/bot.ts';
import type { BotLogger } from '../bots/core/bot-logger.ts';
import { KbError } from '../errors.ts';
import type { App } from './app-env.ts';
import { answerClientError } from './client-error.ts';
import type { ListenAddress, ServerConfig, WebServer } from './web-server.ts';

export interface HttpServerOptions {
  readonly app: App;
  readonly config: ServerConfig;
  readonly logger: BotLogger;
  /** Paths that the bots answer themselves, before everything else. Default: none. */
  readonly routes?: readonly NodeRoute[] | undefined;
  /** Called once when closing begins; from then on the app is to refuse what is new. */
  readonly onClose: () => void;
  /** How long `close` waits for running requests before it cuts them off. Default 10,000. */
  readonly closeTimeoutMs?: number | undefined;
}

/** How long a client may take to send its request. */
const REQUEST_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 10_000;

/** Puts an app on a port; nothing listens before `listen`. */
export function createHttpServer(options: HttpServerOptions): WebServer {
  const { app, config, logger, onClose, closeTimeoutMs = CLOSE_TIMEOUT_MS } = options;
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
  /** Requests that came before closing began. */
  const running = new Set<ServerResponse>();
  /** Connections that have not asked anything yet, as browsers open them in advance; node does not count them as idle. */
  const unused = new Set<Socket>();
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  let closing: Promise<void> | undefined;
  let endListening = () => {};

  function handle(request: IncomingMessage, response: ServerResponse): void {
    unused.delete(request.socket);
    if (closing) response.setHeader('Connection', 'close');
    else running.add(response);
    response.once('close', () => {
      running.delete(response);
      // Only after this event is the connection idle: one left so would keep the server open until its timeout.
      if (closing && running.size === 0) setImmediate(endListening);
    });
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const bot = closing ? undefined : botRoutes.get(path);
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

  /**
   * Lets running requests finish, and cuts off what is left in the end. The port stays open meanwhile, so that whoever
   * comes is told to come back later rather than hung up on.
   */
  function close(): Promise<void> {
    closing ??= new Promise((resolve) => {
      onClose();
      const timer = setTimeout(() => {
        endListening();
        server.closeAllConnections();
      }, closeTimeoutMs);
      const ended = () => {
        clearTimeout(timer);
        resolve();
      };
      let listening = true;
      endListening = () => {
        if (listening) server.close(ended);
        listening = false;
        server.closeIdleConnections();
        for (const socket of unused) socket.destroy();
      };
      if (running.size === 0) endListening();
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
