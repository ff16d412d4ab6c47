import type { Assistant } from '../bots/core/assistant.ts';
import type { BotHealth, NodeRoute } from '../bots/core/bot.ts';
import type { BotLogger } from '../bots/core/bot-logger.ts';
import type { Config } from '../config/schema.ts';
import type { Embedder } from '../engine/embedder.ts';
import type { Store } from '../store/store.ts';
import type { Metrics } from './metrics.ts';

/** The settings that the server reads. */
export type WebConfig = Pick<Config, 'KB_HOST' | 'KB_PORT' | 'KB_LOW_CONFIDENCE'> &
  Partial<Pick<Config, 'KB_API_KEY'>>;

/** What the server is made of; it closes none of it. */
export interface WebServerOptions {
  readonly assistant: Assistant;
  readonly embedder: Embedder;
  readonly store: Pick<Store, 'lines'>;
  readonly config: WebConfig;
  /** Paths that the bots answer themselves, before everything else here. Default: none. */
  readonly routes?: readonly NodeRoute[];
  /** The state of every bot by its name, for `/readyz`. Default: no bots. */
  readonly health?: () => Readonly<Record<string, BotHealth>>;
  readonly logger?: BotLogger;
  /** Default: the system's clock. */
  readonly clock?: () => Date;
  /** Default: metrics of its own. Pass one to count what other surfaces answer too. */
  readonly metrics?: Metrics;
  /** How long `close` waits for running requests before it cuts them off. Default 10,000. */
  readonly closeTimeoutMs?: number;
}

/** Where a server listens. */
export interface ListenAddress {
  /** What to open in a browser on this machine, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly port: number;
}

/** The HTTP interface: API, playground, health, metrics and the bots' webhooks. */
export interface WebServer {
  /** Rejects with `cannot_listen`. */
  listen(): Promise<ListenAddress>;
  /** Takes no new connection, lets running requests end for a bounded time. Can be called more than once. */
  close(): Promise<void>;
}
