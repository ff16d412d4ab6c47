import type { Assistant } from '../bots/core/assistant.ts';
import type { BotHealth, NodeRoute } from '../bots/core/bot.ts';
import type { BotLogger } from '../bots/core/bot-logger.ts';
import type { Config } from '../config/schema.ts';
import type { Embedder } from '../engine/embedder.ts';
import type { Reranker } from '../engine/reranker.ts';
import type { Store } from '../store/store.ts';
import type { Metrics } from './metrics.ts';

/** The settings that every server reads. */
export type ServerConfig = Pick<Config, 'KB_HOST' | 'KB_PORT'> & Partial<Pick<Config, 'KB_API_KEY'>>;

/** The settings that the whole interface reads. */
export type WebConfig = ServerConfig & Pick<Config, 'KB_LOW_CONFIDENCE'>;

/** What an engine's server is made of; it closes none of it. */
export interface EngineServerOptions {
  readonly embedder: Embedder;
  /** Default: none, which `/v1/rerank` then says. */
  readonly reranker?: Reranker | undefined;
  readonly config: ServerConfig;
  readonly logger?: BotLogger;
  /** Default: the system's clock. */
  readonly clock?: () => Date;
  /** Default: metrics of its own. Pass one to count what others do too. */
  readonly metrics?: Metrics;
  /** How long `close` waits for running requests before it cuts them off. Default 10,000. */
  readonly closeTimeoutMs?: number;
}

/** What the whole server is made of; it closes none of it. */
export interface WebServerOptions extends EngineServerOptions {
  readonly assistant: Assistant;
  readonly store: Pick<Store, 'lines'>;
  readonly config: WebConfig;
  /** Paths that the bots answer themselves, before everything else here. Default: none. */
  readonly routes?: readonly NodeRoute[];
  /** The state of every bot by its name, for `/readyz`. Default: no bots. */
  readonly health?: () => Readonly<Record<string, BotHealth>>;
}

/** Where a server listens. */
export interface ListenAddress {
  /** What to open in a browser on this machine, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly port: number;
}

/** The HTTP interface: API, playground, health, metrics and the bots' webhooks; or an engine's part of it. */
export interface WebServer {
  /** Rejects with `cannot_listen`. */
  listen(): Promise<ListenAddress>;
  /**
   * Lets running requests end for a bounded time and meanwhile answers new ones with `shutting_down`; then nothing
   * listens any more. Can be called more than once.
   */
  close(): Promise<void>;
}
