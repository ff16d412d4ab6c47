import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { KbError, toKbError } from '../errors.ts';
import type { AppEnv } from './app-env.ts';
import { retryAfter, statusOf } from './error-status.ts';
import { invalidRequest } from './invalid-request.ts';
import { requestLanguage } from './request-language.ts';

/** The body of every error. */
export const errorBody = z
  .object({
    error: z.object({
      code: z.string().openapi({ example: 'empty_query' }),
      message: z
        .string()
        .openapi({ description: "What to do, in the asker's language: English or Chinese." }),
    }),
  })
  .openapi('Error');

/** Any thrown value as the response that tells the caller what to do. */
export function errorResponse(c: Context<AppEnv>, thrown: unknown): Response {
  const language = requestLanguage(c);
  const error =
    thrown instanceof HTTPException
      ? fromHttpException(thrown, language)
      : c.req.raw.signal.aborted
        ? new KbError('cancelled', { cause: thrown })
        : toKbError(thrown);
  const headers = new Headers({
    'content-type': 'application/json',
    'content-language': language,
    'cache-control': 'no-store',
  });
  const seconds = retryAfter(error.code);
  if (seconds !== undefined) headers.set('retry-after', String(seconds));
  // The rest of such a body is not read: the connection cannot carry another request.
  if (error.code === 'too_large') headers.set('connection', 'close');
  if (error.code === 'unauthorized') headers.set('www-authenticate', 'Bearer');
  if (error.code === 'method_not_allowed') headers.set('allow', String(error.values.allowed ?? ''));
  return new Response(JSON.stringify({ error: { code: error.code, message: error.sentence(language) } }), {
    status: statusOf(error.code),
    headers,
  });
}

/** What hono's own checks throw: 415 for a body of another type, 400 for a body that is not JSON. */
function fromHttpException(exception: HTTPException, language: 'zh' | 'en'): KbError {
  if (exception.status === 415) return new KbError('unsupported_type', { cause: exception });
  if (exception.status === 400) return invalidRequest([], language);
  return new KbError('internal', { cause: exception });
}
