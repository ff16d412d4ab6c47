import { setTimeout as sleep } from 'node:timers/promises';
import type { Backoff } from '../../backoff.ts';

/** Time and chance, and how patient a download is; tests pass their own. */
export interface DownloadDeps {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Rejects with the signal's reason when it aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A connection over which nothing comes for so long is given up. Milliseconds. */
  readonly idleMs: number;
  /** For the list of files, before anything has been fetched. */
  readonly listBackoff: Backoff;
  /** For a file: the tries in a row that bring nothing. */
  readonly fileBackoff: Backoff;
  /** What a try must bring at least so that the tries are counted anew. Bytes. */
  readonly progressBytes: number;
}

/** Five minutes: Hugging Face counts its limits over so long, and asks to wait for the rest of it. */
const LONGEST_WAIT_MS = 300_000;

export const downloadDefaults: DownloadDeps = {
  now: Date.now,
  random: Math.random,
  wait: (ms, signal) => sleep(ms, undefined, { signal }),
  idleMs: 30_000,
  listBackoff: { attempts: 3, baseMs: 1_000, maxMs: LONGEST_WAIT_MS },
  fileBackoff: { attempts: 6, baseMs: 1_000, maxMs: LONGEST_WAIT_MS },
  progressBytes: 65_536,
};
