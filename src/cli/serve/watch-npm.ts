import type { Io } from '../io.ts';
import { watchParent } from './watch-parent.ts';

/** Where npm started this process, notices that npm's shell has ended. Returns a function that stops watching. */
export function watchNpm(env: Io['env'], onLost: () => void): () => void {
  if (env.npm_lifecycle_event === undefined) return () => {};
  return watchParent({ parentId: () => process.ppid, onLost });
}
