import { setTimeout as delay } from 'node:timers/promises';
import { KbError } from '../../errors.ts';

const CONFLICT = /conflict|concurrent|preempted|too many (concurrent|retries)/i;
const ATTEMPTS = 8;

/** Whatever LanceDB threw as `store`, with the first sentence of its message; a {@link KbError} stays as it is. */
export function storeFailure(location: string, error: unknown): KbError {
  if (error instanceof KbError) return error;
  return new KbError('store', { values: { location, detail: firstSentence(error) }, cause: error });
}

/**
 * Runs a write again when another writer's commit got in its way, after a random pause that grows.
 * Only for writes that may be repeated.
 */
export async function retryConflicts<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof Error) || !CONFLICT.test(error.message)) throw error;
      await delay(Math.random() * 20 * 2 ** attempt);
    }
  }
}

function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const first = message.split(/\n|\s+Caused by:|, \/usr\/|, \/root\/|\.rs:\d+/)[0] ?? message;
  return first.trim().slice(0, 300).replace(/\.$/, '');
}
