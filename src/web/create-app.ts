import { OpenAPIHono } from '@hono/zod-openapi';
import { isLoopback } from '../config/loopback.ts';
import { KbError } from '../errors.ts';
import { detectLanguage } from '../language.ts';
import { allowedMethods } from './allowed-methods.ts';
import type { AddRoute, App, AppEnv, AppParts } from './app-env.ts';
import { errorResponse } from './error-response.ts';
import { invalidRequest } from './invalid-request.ts';
import { requireApiKey } from './middleware/api-key.ts';
import { limitBody } from './middleware/limit-body.ts';
import { measureRequests } from './middleware/measure-requests.ts';
import { ownPageOnly } from './middleware/own-page-only.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import type { PageAssets } from './page-assets.ts';
import { requestLanguage } from './request-language.ts';
import { addAddLines } from './routes/add-lines.ts';
import { addEmbeddings } from './routes/embeddings.ts';
import { addHealthz } from './routes/healthz.ts';
import { addInspect } from './routes/inspect.ts';
import { addListLines } from './routes/list-lines.ts';
import { addMetrics } from './routes/metrics.ts';
import { addModels } from './routes/models.ts';
import { addOpenapi } from './routes/openapi.ts';
import { addPage } from './routes/page.ts';
import { addReadyz } from './routes/readyz.ts';
import { addRemoveLine } from './routes/remove-line.ts';
import { addSearch } from './routes/search.ts';

const ROUTES: readonly AddRoute[] = [
  addSearch,
  addListLines,
  addAddLines,
  addRemoveLine,
  addInspect,
  addEmbeddings,
  addModels,
  addHealthz,
  addReadyz,
  addMetrics,
  addOpenapi,
];

/** Paths that need no key: health for probes, and the page, which asks for the key itself. */
const OPEN_PATHS: readonly string[] = ['/', '/healthz', '/readyz'];

/** The HTTP interface as one function from request to response. */
export function createApp(parts: AppParts, assets: PageAssets): App {
  const { config, metrics, logger } = parts;
  const app: App = new OpenAPIHono<AppEnv>({
    defaultHook: async (result, c) => {
      if (result.success) return;
      // Field names are English whoever asks, so only Chinese tells something about the asker.
      const sent = result.target === 'json' ? await c.req.json().catch(() => '') : '';
      if (detectLanguage(JSON.stringify(sent)) === 'zh') c.set('language', 'zh');
      throw invalidRequest(result.error.issues, requestLanguage(c));
    },
  });
  app.use(measureRequests(metrics, logger));
  app.use(securityHeaders());
  app.use(
    ownPageOnly({ localOnly: isLoopback(config.KB_HOST) && config.KB_API_KEY === undefined }),
    requireApiKey(config.KB_API_KEY, (path) => OPEN_PATHS.includes(path) || assets.files.has(path)),
    limitBody(),
    async (c, next) => {
      // What is answered here is the team's own: no cache on the way keeps it.
      c.header('Cache-Control', 'no-store');
      await next();
    },
  );
  for (const addRoute of ROUTES) addRoute(app, parts);
  addPage(app, assets);
  app.notFound((c) => {
    const { method, path } = c.req;
    const allowed = allowedMethods(app, path);
    const error =
      allowed.length > 0
        ? new KbError('method_not_allowed', { values: { method, allowed: allowed.join(', ') } })
        : new KbError('route_not_found', { values: { method, path: path.slice(0, 100) } });
    return errorResponse(c, error);
  });
  app.onError((error, c) => errorResponse(c, error));
  return app;
}
