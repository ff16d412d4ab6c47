import { OpenAPIHono } from '@hono/zod-openapi';
import { isLoopback } from '../config/loopback.ts';
import { KbError } from '../errors.ts';
import { detectLanguage } from '../language.ts';
import { allowedMethods } from './allowed-methods.ts';
import type { App, AppEnv, BaseParts } from './app-env.ts';
import { errorResponse } from './error-response.ts';
import { invalidRequest } from './invalid-request.ts';
import { requireApiKey } from './middleware/api-key.ts';
import { limitBody } from './middleware/limit-body.ts';
import { measureRequests } from './middleware/measure-requests.ts';
import { ownPageOnly } from './middleware/own-page-only.ts';
import { refuseWhenStopping } from './middleware/refuse-when-stopping.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { requestLanguage } from './request-language.ts';

/** Paths of every app that need no key: health for probes, and the front page. */
const OPEN_PATHS: readonly string[] = ['/', '/healthz', '/readyz'];

/**
 * An app without routes: what happens to every request before and after its route, whatever the route is.
 * `isOpen` names further paths that need no key.
 */
export function createBaseApp(parts: BaseParts, isOpen: (path: string) => boolean = () => false): App {
  const { config, metrics, logger, readiness } = parts;
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
    // Before the key: what comes for a bot, which has none, is to hear the same.
    refuseWhenStopping(readiness),
    ownPageOnly({ localOnly: isLoopback(config.KB_HOST) && config.KB_API_KEY === undefined }),
    requireApiKey(config.KB_API_KEY, (path) => OPEN_PATHS.includes(path) || isOpen(path)),
    limitBody(),
    async (c, next) => {
      // What is answered here is the team's own: no cache on the way keeps it.
      c.header('Cache-Control', 'no-store');
      await next();
    },
  );
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
