import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { BotLogger } from '../../bots/core/bot-logger.ts';
import type { AppEnv } from '../app-env.ts';
import type { Metrics } from '../metrics.ts';

/** Counts and times every request by its route, and logs it without anything that a user wrote. */
export function measureRequests(metrics: Metrics, logger: BotLogger): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const start = performance.now();
    await next();
    const seconds = (performance.now() - start) / 1000;
    const path = routePath(c, -1);
    const route = path === '*' || path === '/*' ? 'unmatched' : path;
    const method = KNOWN_METHODS.has(c.req.method) ? c.req.method : 'OTHER';
    metrics.observeRequest({ method, route, status: c.res.status, seconds });
    const fields = { method, route, status: c.res.status, ms: Math.round(seconds * 1000) };
    if (c.error && c.res.status >= 500) logger.error({ ...fields, err: c.error }, 'A request failed');
    else logger.debug(fields, 'Request');
  };
}

/** Methods are the caller's words too: only known ones become a label. */
const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
