/** When a refused or failed request is tried again. */
export interface Backoff {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Longest wait before the second try; it doubles from try to try. Milliseconds. */
  readonly baseMs: number;
  /** No wait is longer. A server that asks for more (`Retry-After`) is not waited for. Milliseconds. */
  readonly maxMs: number;
}

/**
 * Milliseconds to wait before the next try, or `undefined` to give up.
 * @param failures Failed tries so far, 1 or more.
 * @param random From 0 to 1: half of the wait is random, so that many clients do not come back at once.
 * @param retryAfterMs What the server asked for; it is the least that is waited.
 */
export function nextWait(
  backoff: Backoff,
  failures: number,
  random: number,
  retryAfterMs?: number,
): number | undefined {
  if (failures >= backoff.attempts) return undefined;
  if (retryAfterMs !== undefined && retryAfterMs > backoff.maxMs) return undefined;
  const full = Math.min(backoff.maxMs, backoff.baseMs * 2 ** (failures - 1));
  return Math.max(full / 2 + (full / 2) * random, retryAfterMs ?? 0);
}

/** The `Retry-After` header in milliseconds: seconds, or a date measured from `now`; `undefined` where unreadable. */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
