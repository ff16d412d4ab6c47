import type { ErrorCode } from '../errors.ts';

/** The HTTP status of every error code. 499 is "the client went away", which only the log and the metrics see. */
export const errorStatus = {
  invalid_config: 500,
  unknown_config: 500,
  missing_config: 500,
  insecure_config: 500,
  invalid_request: 400,
  empty_query: 400,
  empty_line: 400,
  line_too_long: 400,
  text_too_long: 400,
  too_many_texts: 400,
  too_large: 413,
  unsupported_type: 415,
  not_found: 404,
  ambiguous_id: 400,
  route_not_found: 404,
  method_not_allowed: 405,
  unauthorized: 401,
  forbidden: 403,
  cross_origin: 403,
  wrong_host: 403,
  busy: 429,
  cancelled: 499,
  engine_unavailable: 503,
  upstream: 502,
  model: 503,
  no_reranker: 404,
  store: 503,
  file: 500,
  platform: 502,
  cannot_listen: 500,
  shutting_down: 503,
  internal: 500,
} as const satisfies Partial<Record<ErrorCode, number>>;

/** The status of an error code; 500 for one that no request should meet. */
export function statusOf(code: ErrorCode): number {
  return Object.hasOwn(errorStatus, code) ? errorStatus[code as keyof typeof errorStatus] : 500;
}

/** Seconds after which trying again makes sense, for the errors that time mends. */
export function retryAfter(code: ErrorCode): number | undefined {
  if (code === 'busy') return 1;
  return code === 'engine_unavailable' || code === 'shutting_down' ? 5 : undefined;
}
