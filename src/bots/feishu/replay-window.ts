/** How far a request's timestamp may be from now. */
export const WINDOW_MS = 5 * 60 * 1000;

/** Refuses old requests and those that were seen before within the window. */
export class ReplayWindow {
  readonly #now: () => number;
  /** Nonce to the moment from which its timestamp is refused anyway. */
  readonly #seen = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** True for a timestamp (seconds since 1970, as text) that is at most five minutes away. */
  timely(timestamp: string): boolean {
    if (!/^\d{1,12}$/.test(timestamp)) return false;
    return Math.abs(this.#now() - Number(timestamp) * 1000) <= WINDOW_MS;
  }

  /** True the first time; call it only for what is signed, so that nobody else fills the memory. */
  first(timestamp: string, nonce: string): boolean {
    const now = this.#now();
    for (const [known, until] of this.#seen) if (until < now) this.#seen.delete(known);
    if (this.#seen.has(nonce)) return false;
    this.#seen.set(nonce, Number(timestamp) * 1000 + WINDOW_MS);
    return true;
  }
}
