export interface WatchParentOptions {
  /** The id of the process that this one was started by, as it is now. */
  readonly parentId: () => number;
  /** Called once, when that process has ended. */
  readonly onLost: () => void;
  /** Milliseconds between two looks. Default 250. */
  readonly intervalMs?: number;
}

/**
 * Notices that the process that started this one has ended.
 * `npm start` runs a command through a shell, and passes SIGTERM on to that shell only: it dies, and the command
 * would go on unseen, holding the port. Returns a function that stops watching.
 */
export function watchParent({ parentId, onLost, intervalMs = 250 }: WatchParentOptions): () => void {
  const parent = parentId();
  const timer = setInterval(() => {
    if (parentId() === parent) return;
    clearInterval(timer);
    onLost();
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
