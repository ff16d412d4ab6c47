import type { IncomingMessage, ServerResponse } from 'node:http';
import { HTTPReceiver, type Logger, type Receiver, SocketModeReceiver } from '@slack/bolt';
import { toKbError } from '../../errors.ts';
import type { BotHealth, NodeRoute } from '../core/bot.ts';
import type { BotLogger } from '../core/bot-logger.ts';
import { SocketConnection, type SocketConnectionOptions } from './socket-connection.ts';

/** How events get here. */
export interface Transport {
  /** Bolt's own receiver. */
  readonly receiver: Receiver;
  readonly routes: readonly NodeRoute[];
  /** Starts to receive; rejects when that is not possible. */
  open(): Promise<void>;
  /** Receives nothing more. */
  close(): Promise<void>;
  health(): BotHealth;
}

export const EVENTS_PATH = '/slack/events';

export interface SocketTransportOptions extends Omit<SocketConnectionOptions, 'client'> {
  readonly appToken: string;
  readonly apiUrl: string | undefined;
  readonly boltLogger: Logger;
}

/** Socket Mode: a WebSocket that this side opens. */
export function socketTransport(options: SocketTransportOptions): Transport {
  const receiver = new SocketModeReceiver({
    appToken: options.appToken,
    logger: options.boltLogger,
    autoReconnectEnabled: false,
    installerOptions: {
      clientOptions: {
        ...(options.apiUrl === undefined ? {} : { slackApiUrl: `${options.apiUrl}/` }),
        retryConfig: { retries: 0 },
        timeout: 15_000,
      },
    },
  });
  const connection = new SocketConnection({ ...options, client: receiver.client });
  return {
    receiver,
    routes: [],
    open: () => connection.start(),
    close: () => connection.stop(),
    health: () => connection.health(),
  };
}

export interface HttpTransportOptions {
  readonly signingSecret: string;
  readonly logger: BotLogger;
  readonly boltLogger: Logger;
}

/** HTTP: Slack sends signed requests to a path of the server; Bolt checks signature and age over the raw body. */
export function httpTransport(options: HttpTransportOptions): Transport {
  let open = false;
  const receiver = new HTTPReceiver({
    signingSecret: options.signingSecret,
    endpoints: [EVENTS_PATH],
    logger: options.boltLogger,
    customPropertiesExtractor: (request) => ({ signature: request.headers['x-slack-signature'] }),
    processEventErrorHandler: async ({ error, response }) => {
      const { code } = toKbError(error);
      if (response.headersSent)
        options.logger.error({ err: error }, 'Slack: a request failed after its answer');
      // Not acknowledged: Slack sends it again later, unless it was not Slack's.
      else response.writeHead(code === 'unauthorized' ? 401 : 503).end();
      return code === 'unauthorized';
    },
  });
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    if (!open) {
      response.writeHead(503).end();
      return;
    }
    try {
      receiver.requestListener(request, response);
    } catch {
      response.writeHead(405, { allow: 'POST' }).end();
    }
  };
  return {
    receiver,
    routes: [{ path: EVENTS_PATH, handle }],
    open: async () => {
      open = true;
    },
    close: async () => {
      open = false;
    },
    health: () =>
      open
        ? { ready: true, detail: `listening at ${EVENTS_PATH}` }
        : { ready: false, detail: `not listening at ${EVENTS_PATH}` },
  };
}
