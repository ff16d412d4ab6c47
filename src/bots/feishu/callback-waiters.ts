import type { CardReply } from './card-reply.ts';

/** Milliseconds until a card callback is answered at the latest; the platform waits three seconds. */
export const CALLBACK_MS = 2_500;

/** Brings the outcome of a press, worked out by the queue, back to the callback that waits for it. */
export class CallbackWaiters {
  readonly #waiting = new Map<string, Set<(reply: CardReply) => void>>();
  readonly #patienceMs: number;

  constructor(patienceMs = CALLBACK_MS) {
    this.#patienceMs = patienceMs;
  }

  /** The outcome of `key`, or `late` where it takes too long. Call it before the work begins. */
  wait(key: string, late: CardReply): { readonly reply: Promise<CardReply>; cancel(): void } {
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting);
    let cancel = () => {};
    const reply = new Promise<CardReply>((resolve) => {
      const settle = (outcome: CardReply) => {
        cancel();
        resolve(outcome);
      };
      const timer = setTimeout(() => settle(late), this.#patienceMs);
      cancel = () => {
        clearTimeout(timer);
        waiting.delete(settle);
        if (waiting.size === 0 && this.#waiting.get(key) === waiting) this.#waiting.delete(key);
      };
      waiting.add(settle);
    });
    return { reply, cancel: () => cancel() };
  }

  /** True where somebody still waited for it. */
  settle(key: string, reply: CardReply): boolean {
    const waiting = [...(this.#waiting.get(key) ?? [])];
    for (const settle of waiting) settle(reply);
    return waiting.length > 0;
  }
}
