import type { MiddlewareHandler } from 'hono';
import { KbError } from '../../errors.ts';
import type { AppEnv } from '../app-env.ts';
import type { Readiness } from '../readiness.ts';

/** Paths that answer to the end: they tell how the closing goes. */
const TO_THE_END = new Set(['/healthz', '/readyz', '/metrics']);

/** Refuses new requests with `shutting_down` once the service closes; those that run already go on. */
export function refuseWhenStopping(readiness: Pick<Readiness, 'isStopping'>): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (readiness.isStopping() && !TO_THE_END.has(c.req.path)) throw new KbError('shutting_down');
    await next();
  };
}
