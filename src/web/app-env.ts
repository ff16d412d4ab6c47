import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Assistant } from '../bots/core/assistant.ts';
import type { BotLogger } from '../bots/core/bot-logger.ts';
import type { Embedder } from '../engine/embedder.ts';
import type { Language } from '../language.ts';
import type { Store } from '../store/store.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';
import type { WebConfig } from './web-server.ts';

/** What a request carries from one handler to the next. */
export interface AppEnv {
  Variables: {
    /** The asker's language once it is known better than by `Accept-Language`: that of the text they sent. */
    language?: Language;
  };
}

export type App = OpenAPIHono<AppEnv>;

/** What the routes work with. */
export interface AppParts {
  readonly assistant: Assistant;
  readonly embedder: Embedder;
  readonly store: Pick<Store, 'lines'>;
  readonly config: WebConfig;
  readonly logger: BotLogger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly startedAt: Date;
}

/** Adds one route, with its description for `/openapi.json`. */
export type AddRoute = (app: App, parts: AppParts) => void;
