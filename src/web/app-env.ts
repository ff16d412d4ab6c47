import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Assistant } from '../bots/core/assistant.ts';
import type { BotLogger } from '../bots/core/bot-logger.ts';
import type { Embedder } from '../engine/embedder.ts';
import type { Reranker } from '../engine/reranker.ts';
import type { Language } from '../language.ts';
import type { Store } from '../store/store.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';
import type { ServerConfig } from './web-server.ts';

/** What a request carries from one handler to the next. */
export interface AppEnv {
  Variables: {
    /** The asker's language once it is known better than by `Accept-Language`: that of the text they sent. */
    language?: Language;
  };
}

export type App = OpenAPIHono<AppEnv>;

/** What every app works with. */
export interface BaseParts {
  readonly config: ServerConfig;
  readonly logger: BotLogger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
}

/** What the routes of the models work with. */
export interface EngineParts extends BaseParts {
  readonly embedder: Embedder;
  /** Absent where none is set. */
  readonly reranker?: Reranker | undefined;
  readonly startedAt: Date;
}

/** What all routes work with. */
export interface AppParts extends EngineParts {
  readonly assistant: Assistant;
  readonly store: Pick<Store, 'lines'>;
}

/** Adds one route, with its description for `/openapi.json`; `Parts` is what the route needs. */
export type AddRoute<Parts = AppParts> = (app: App, parts: Parts) => void;
