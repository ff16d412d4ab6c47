import type { ErrorCode, KbError } from '../../errors.ts';

const PASSING: readonly ErrorCode[] = ['busy', 'cancelled', 'engine_unavailable', 'shutting_down'];

/** True for an error that time mends: the work is kept and tried again. */
export function isPassing(error: KbError): boolean {
  return PASSING.includes(error.code);
}
