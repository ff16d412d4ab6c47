import { createApp } from './create-app.ts';
import { engineParts } from './engine-parts.ts';
import { createHttpServer } from './http-server.ts';
import { loadPageAssets } from './page-assets.ts';
import { probeStore } from './probes.ts';
import type { WebServer, WebServerOptions } from './web-server.ts';

/** Builds the HTTP interface; nothing listens before `listen`. Throws `file` where the page's files are missing. */
export function createWebServer(options: WebServerOptions): WebServer {
  const { assistant, store, config, routes, health, closeTimeoutMs } = options;
  const engine = engineParts(options, { probes: { store: probeStore(store.lines) }, bots: health });
  const { logger, metrics, readiness } = engine;
  metrics.countLines(() => store.lines.count());
  const assets = loadPageAssets({ threshold: config.KB_LOW_CONFIDENCE });
  const app = createApp({ ...engine, assistant, store }, assets);
  return createHttpServer({ app, config, logger, routes, closeTimeoutMs, onClose: readiness.stop });
}
