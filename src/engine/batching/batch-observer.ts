/** One batch that a model has worked off. */
export interface BatchEvent {
  readonly kind: 'question' | 'import';
  readonly texts: number;
  /** Tokens that the model read, padding not counted. */
  readonly tokens: number;
  /** From the moment that the batch left the queue. */
  readonly seconds: number;
}

/**
 * Hears what a batcher does, so that it can be measured: the engine itself knows of no metrics library.
 * One observer hears one batcher, since {@link BatchObserver.waiting} tells of one queue. Its methods do not throw.
 */
export interface BatchObserver {
  /** A batch that ended well. */
  batch(event: BatchEvent): void;
  /** How many items wait for a batch now; told at every change. */
  waiting(items: number): void;
  /** A request was refused with `busy`. */
  refused(): void;
  /** A text was answered from the cache of recent ones, where the engine has one. */
  cacheHit?(): void;
}
