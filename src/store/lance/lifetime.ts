import { KbError } from '../../errors.ts';

/** Lets calls in until it ends, and knows when those that are in have left. */
export class Lifetime {
  readonly #running = new Set<Promise<unknown>>();
  readonly #controller = new AbortController();

  /** Aborted when the end begins: for background work that need not finish. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Rejects with `shutting_down` after the end. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    this.check();
    const running = task();
    const settled = running.catch(() => {}).finally(() => this.#running.delete(settled));
    this.#running.add(settled);
    return running;
  }

  check(): void {
    if (this.signal.aborted) throw new KbError('shutting_down');
  }

  /** Lets nobody in any more and waits for everyone inside. */
  async end(): Promise<void> {
    this.#controller.abort();
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
