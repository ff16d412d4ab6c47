import type { MiddlewareHandler } from 'hono';
import { isLoopback } from '../../config/loopback.ts';
import { KbError } from '../../errors.ts';
import type { AppEnv } from '../app-env.ts';

/** Paths that answer whoever asks: they tell nothing and change nothing. */
const ANYONE = new Set(['/healthz', '/readyz']);

/**
 * Keeps other web pages from using a server that their visitor can reach: a page of another origin is refused, and
 * where only the local address guards the server, so is every host name but a local one (DNS rebinding).
 */
export function ownPageOnly(options: { localOnly: boolean }): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (!ANYONE.has(c.req.path)) {
      const host = c.req.header('host') ?? '';
      if (options.localOnly && !isLoopback(hostName(host)))
        throw new KbError('wrong_host', { values: { host: JSON.stringify(host.slice(0, 100)) } });
      if (isForeign(c.req.header('sec-fetch-site'), c.req.header('origin'), host, isNavigation(c.req)))
        throw new KbError('cross_origin');
    }
    await next();
  };
}

/** Browsers say which page asks: in `Sec-Fetch-Site` on secure origins, else in `Origin`. Other clients send neither. */
function isForeign(site: string | undefined, origin: string | undefined, host: string, navigates: boolean) {
  if (site !== undefined) return site !== 'same-origin' && site !== 'none' && !navigates;
  return origin !== undefined && originHost(origin) !== host.toLowerCase();
}

/** Following a link from elsewhere to this page shows it and gives the other page nothing. */
function isNavigation(request: { method: string; path: string; header(name: string): string | undefined }) {
  return request.method === 'GET' && request.path === '/' && request.header('sec-fetch-mode') === 'navigate';
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** The name in a `Host` header, without the port. */
const hostName = (host: string) => host.replace(/:\d+$/, '');
