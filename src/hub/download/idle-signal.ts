/** A signal that aborts when nothing happens for a while, and with an outer one. */
export interface IdleSignal {
  readonly signal: AbortSignal;
  /** Whether it was the silence that aborted it. */
  readonly idle: boolean;
  /** Something happened. */
  touch(): void;
  /** Stops the clock, and ends whatever still uses the signal. */
  close(): void;
}

export function createIdleSignal(outer: AbortSignal, idleMs: number): IdleSignal {
  const controller = new AbortController();
  let idle = false;
  const timer = setTimeout(() => {
    idle = true;
    controller.abort();
  }, idleMs);
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    get idle() {
      return idle;
    },
    touch: () => {
      timer.refresh();
    },
    close: () => {
      clearTimeout(timer);
      controller.abort();
    },
  };
}
