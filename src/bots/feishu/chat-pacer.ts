/** Messages that one chat takes a second, from all bots in it. */
export const MESSAGES_PER_SECOND = 5;

export interface Timer {
  now(): number;
  sleep(ms: number): Promise<void>;
}

export const systemTimer: Timer = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Spaces the messages of each chat so that no second has more than the platform takes. */
export class ChatPacer {
  readonly #timer: Timer;
  readonly #perSecond: number;
  /** When the last messages of a chat may go out, oldest first. */
  readonly #slots = new Map<string, number[]>();

  constructor(timer: Timer = systemTimer, perSecond = MESSAGES_PER_SECOND) {
    this.#timer = timer;
    this.#perSecond = perSecond;
  }

  /** Resolves when a message may be sent to this chat. */
  async turn(chat: string): Promise<void> {
    const now = this.#timer.now();
    const recent = (this.#slots.get(chat) ?? []).filter((at) => at > now - 1000);
    const oldest = recent.length >= this.#perSecond ? recent.at(-this.#perSecond) : undefined;
    const at = Math.max(now, oldest === undefined ? 0 : oldest + 1000);
    recent.push(at);
    this.#slots.set(chat, recent);
    if (this.#slots.size > 1000) this.#forget(now);
    if (at > now) await this.#timer.sleep(at - now);
  }

  #forget(now: number): void {
    for (const [chat, slots] of this.#slots) if ((slots.at(-1) ?? 0) <= now - 1000) this.#slots.delete(chat);
  }
}
