import { KbError } from '../../errors.ts';

type Priority = 'question' | 'import';

/** Lets a number of tasks through at a time; waiting questions go before waiting imports, each in order of arrival. */
export class PriorityGate {
  readonly #width: number;
  readonly #maxWaiting: number;
  readonly #waiting: Record<Priority, Set<() => void>> = { question: new Set(), import: new Set() };
  #inside = 0;

  /**
   * @param width Tasks that run at once.
   * @param maxWaiting Tasks that may wait; one more is refused with `busy`.
   */
  constructor(width: number, maxWaiting: number) {
    this.#width = width;
    this.#maxWaiting = maxWaiting;
  }

  /** Runs `task` when there is room. Rejects with `busy`, or with `cancelled` while it waits. */
  async run<T>(priority: Priority, signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
    await this.#enter(priority, signal);
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  #enter(priority: Priority, signal: AbortSignal | undefined): Promise<void> | undefined {
    if (this.#inside < this.#width) {
      this.#inside++;
      return undefined;
    }
    if (this.#waiting.question.size + this.#waiting.import.size >= this.#maxWaiting)
      throw new KbError('busy');
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting[priority].delete(enter);
        reject(new KbError('cancelled', { cause: signal?.reason }));
      };
      this.#waiting[priority].add(enter);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Hands the place straight to the next one, so that nobody slips in between. */
  #leave(): void {
    const queue = this.#waiting.question.size > 0 ? this.#waiting.question : this.#waiting.import;
    const [next] = queue;
    if (!next) {
      this.#inside--;
      return;
    }
    queue.delete(next);
    next();
  }
}
