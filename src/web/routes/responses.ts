import type { z } from '@hono/zod-openapi';
import { errorBody } from '../error-response.ts';

const REASONS = {
  400: 'The request is not valid',
  401: 'The API key is missing or wrong',
  403: 'A page of another origin, or a host that is not served',
  404: 'What was asked for is not here: a line, or a reranker',
  413: 'The body is larger than 1 MB',
  415: 'The body is not JSON',
  429: 'Too much is waiting; try again after `Retry-After` seconds',
  500: 'Something went wrong inside',
  502: 'The remote engine refused',
  503: 'The model or the store does not answer; try again after `Retry-After` seconds',
} as const;

type ErrorStatus = keyof typeof REASONS;

const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
});

/** The 200 of a route. */
export const answer = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  200: json(description, schema),
});

/** The errors that a route can answer with, for `/openapi.json`. */
export function errors<Status extends ErrorStatus>(...statuses: readonly Status[]) {
  return Object.fromEntries(statuses.map((status) => [status, json(REASONS[status], errorBody)])) as Record<
    Status,
    ReturnType<typeof json<typeof errorBody>>
  >;
}

/** Errors of every route that needs the key. */
export const GUARDED = [401, 403, 500] as const;
/** Errors of every route that takes a body and asks the model and the store. */
export const WORKING = [400, ...GUARDED, 413, 415, 429, 502, 503] as const;

/** A JSON body that must be there. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true as const, content: { 'application/json': { schema } } },
});

/** Marks a route in `/openapi.json` as one that needs the key where there is one. */
export const KEYED = [{ apiKey: [] as string[] }];
