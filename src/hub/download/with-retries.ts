import { type Backoff, nextWait } from '../../backoff.ts';
import type { LocalizedText } from '../../messages/errors.ts';
import { HubFailure } from '../source/hub-failure.ts';
import type { DownloadDeps } from './deps.ts';

/** A try that failed and is followed by another. */
export interface Retry {
  readonly detail: LocalizedText;
  /** Milliseconds until the next try. */
  readonly waitMs: number;
}

export interface RetryOptions {
  readonly backoff: Backoff;
  readonly deps: DownloadDeps;
  readonly signal: AbortSignal;
  readonly onRetry: (retry: Retry) => void;
  /** How far the work has come, in bytes; a try that brought it further makes the tries count anew. */
  readonly position?: () => number;
}

/** Tries until it works, the failure is final, or too many tries in a row brought nothing. */
export async function withRetries<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { backoff, deps, signal, onRetry, position = () => 0 } = options;
  let failures = 0;
  let furthest = position();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof HubFailure) || !error.retryable) throw error;
      if (position() >= furthest + deps.progressBytes) {
        furthest = position();
        failures = 0;
      }
      failures++;
      const waitMs = nextWait(backoff, failures, deps.random(), error.retryAfterMs);
      if (waitMs === undefined) throw error;
      onRetry({ detail: error.detail, waitMs });
      await deps.wait(waitMs, signal);
    }
  }
}
