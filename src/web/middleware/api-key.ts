import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { KbError } from '../../errors.ts';
import type { AppEnv } from '../app-env.ts';

/** Lets a request pass that carries `Authorization: Bearer KEY`, or is for one of the open paths. */
export function requireApiKey(
  key: string | undefined,
  isOpen: (path: string) => boolean,
): MiddlewareHandler<AppEnv> {
  if (key === undefined) return (_c, next) => next();
  const expected = digest(key);
  return async (c, next) => {
    if (!isOpen(c.req.path)) {
      const given = /^Bearer +(\S.*)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
      if (!timingSafeEqual(digest(given.trim()), expected)) throw new KbError('unauthorized');
    }
    await next();
  };
}

/** Equal lengths, so that comparing takes the same time for every wrong key. */
const digest = (text: string) => createHash('sha256').update(text).digest();
