import { createEngineApp } from './create-engine-app.ts';
import { engineParts } from './engine-parts.ts';
import { createHttpServer } from './http-server.ts';
import type { EngineServerOptions, WebServer } from './web-server.ts';

/** Builds the HTTP interface of a GPU host; nothing listens before `listen`. */
export function createEngineServer(options: EngineServerOptions): WebServer {
  const { config, closeTimeoutMs } = options;
  const engine = engineParts(options);
  const { logger, readiness } = engine;
  const app = createEngineApp(engine);
  return createHttpServer({ app, config, logger, closeTimeoutMs, onClose: readiness.stop });
}
