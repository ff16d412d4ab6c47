import { randomUUID } from 'node:crypto';

const MOST = 500;

/**
 * Lines that wait for "add anyway / replace" and are too long for a button's value. Kept in memory: after a restart
 * the asker is told to add the line again.
 */
export class HeldLines {
  readonly #lines = new Map<string, string>();

  /** Keeps a line; the oldest goes when there are too many. */
  hold(text: string): string {
    const oldest = this.#lines.keys().next();
    if (this.#lines.size >= MOST && !oldest.done) this.#lines.delete(oldest.value);
    const id = randomUUID();
    this.#lines.set(id, text);
    return id;
  }

  get(id: string): string | undefined {
    return this.#lines.get(id);
  }
}
