/** Slack's signatures are valid for five minutes; a little more is remembered, for clocks that differ. */
const WINDOW_MS = 6 * 60 * 1000;

/**
 * Admits each signature once. A retry of Slack's has its own timestamp and so its own signature; the same signature
 * again is somebody who recorded the request.
 */
export class ReplayGuard {
  readonly #seen = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** False when it was admitted before. */
  admit(signature: string): boolean {
    const now = this.#now();
    for (const [old, at] of this.#seen) {
      if (now - at < WINDOW_MS) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(signature)) return false;
    this.#seen.set(signature, now);
    return true;
  }

  /** Admits it again: its request was not taken. */
  forget(signature: string): void {
    this.#seen.delete(signature);
  }
}
