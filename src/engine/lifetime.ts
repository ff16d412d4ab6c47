import { KbError } from '../errors.ts';

/** Counts running work, so that closing can refuse new work and wait for what runs. */
export class Lifetime {
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  /** Runs `work` and counts it until it settles. Rejects with `shutting_down` once {@link Lifetime.end} was called. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing) throw new KbError('shutting_down');
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Waits for running work, then calls `free` once, however often this is called. */
  end(free: () => Promise<void>): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#running).then(free);
    return this.#closing;
  }
}
