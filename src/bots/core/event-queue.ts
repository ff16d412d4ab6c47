import { KbError, toKbError } from '../../errors.ts';
import type { Inbox } from '../../store/inbox.ts';
import { type BotLogger, silentLogger } from './bot-logger.ts';
import { createJob, type Job } from './job.ts';
import { isPassing } from './passing-error.ts';

/** Something a platform sent, before it is acknowledged. */
export interface IncomingEvent {
  /** The same for every delivery of the same thing, e.g. `slack:A1:C1:1700000000.000100`. */
  readonly key: string;
  /** JSON of what {@link EventQueueOptions.work} needs, after a restart too. */
  readonly payload: string;
}

export interface EventQueueOptions {
  readonly inbox: Inbox;
  /** What the keys of this bot begin with, e.g. `slack:`. */
  readonly prefix: string;
  /**
   * Answers an event. Rejecting with a {@link isPassing passing} error keeps it for another attempt; any other
   * rejection ends it (the answer to the user was this function's to give).
   */
  readonly work: (job: Job) => Promise<void>;
  /** Events of one lane are worked on one after another, in the order they came. */
  readonly lane: (payload: string) => string;
  /** Tells the asker, once an event over all restarts, that the answer will come later. */
  readonly tellDelayed?: (job: Job, error: KbError) => Promise<void>;
  /** Events worked on at once. Default 8. */
  readonly concurrency?: number;
  /** Milliseconds to wait before attempt `n` (from 2). Default 2 s, doubling up to 60 s. */
  readonly backoff?: (attempt: number) => number;
  readonly logger?: BotLogger;
}

interface Entry extends Job {
  readonly lane: string;
}

const exponential = (attempt: number) => Math.min(60_000, 2_000 * 2 ** (attempt - 2));

/**
 * Between a platform and the work: accepted on disk before it is acknowledged, worked on afterwards, in order within
 * a conversation and a bounded number at once over all of them, retried while the engine is away, and taken up again
 * after a restart. An event is worked on once however often it is delivered.
 */
export class EventQueue {
  readonly #options: EventQueueOptions;
  readonly #logger: BotLogger;
  readonly #lanes = new Map<string, Entry[]>();
  /** Lanes whose first entry can be worked on now. */
  readonly #ready: string[] = [];
  readonly #keys = new Set<string>();
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #told = new Set<Promise<void>>();
  #running = 0;
  #accepting = 0;
  #stopped = false;
  /** The time to finish is over: what still runs sends nothing more. */
  #givenUp = false;
  #idle: (() => void)[] = [];

  constructor(options: EventQueueOptions) {
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
  }

  /** Takes up what was accepted and not answered before the last stop. */
  async start(): Promise<void> {
    this.#stopped = false;
    this.#givenUp = false;
    for (const { key, payload } of await this.#options.inbox.pending(this.#options.prefix)) {
      if (key.endsWith(TOLD)) await this.#options.inbox.done(key);
      else this.#enqueue({ key, payload });
    }
  }

  /**
   * Keeps an event; acknowledge it when this resolves. False for one that was accepted before.
   * Rejects with `shutting_down` or `store`: then it must not be acknowledged, so that the platform sends it again.
   */
  async accept(event: IncomingEvent): Promise<boolean> {
    if (this.#stopped) throw new KbError('shutting_down');
    this.#accepting++;
    try {
      const fresh = await this.#options.inbox.accept(event);
      if (fresh) this.#enqueue(event);
      return fresh;
    } finally {
      this.#accepting--;
      this.#pump();
    }
  }

  /** Events that were acknowledged and are not answered. */
  get size(): number {
    return this.#keys.size;
  }

  /**
   * Accepts nothing more and resolves when what can be answered now is answered, at the latest after `graceMs`.
   * Events that wait for the engine stay on disk for the next start.
   */
  async stop(graceMs = 10_000): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    const idle = new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#settle();
    await Promise.race([idle, late]);
    clearTimeout(timer);
    this.#givenUp = true;
    if (this.#running > 0)
      this.#logger.warn({ events: this.#running }, 'Stopped before all events were answered');
  }

  #enqueue(event: IncomingEvent): void {
    if (this.#keys.has(event.key)) return;
    this.#keys.add(event.key);
    const lane = this.#laneOf(event.payload);
    const entries = this.#lanes.get(lane) ?? [];
    this.#lanes.set(lane, entries);
    const entry = Object.assign(
      createJob(event.key, event.payload, () => this.#givenUp),
      { lane },
    );
    entries.push(entry);
    if (entries.length === 1) this.#ready.push(lane);
    else if (this.#waiting.has(lane)) this.#tell(entry, new KbError('busy'));
    this.#pump();
  }

  #laneOf(payload: string): string {
    try {
      return this.#options.lane(payload);
    } catch (error) {
      this.#logger.error({ err: error }, 'An event without a readable conversation');
      return '';
    }
  }

  #pump(): void {
    while (this.#running < this.#limit()) {
      if (this.#givenUp) break;
      const lane = this.#ready.shift();
      const entry = lane === undefined ? undefined : this.#lanes.get(lane)?.[0];
      if (!entry) break;
      this.#running++;
      void this.#attempt(entry);
    }
    this.#settle();
  }

  /** While events wait to be acknowledged, work goes on one at a time: answers may take longer, these may not. */
  #limit(): number {
    return this.#accepting > 0 ? 1 : (this.#options.concurrency ?? 8);
  }

  async #attempt(entry: Entry): Promise<void> {
    entry.attempt++;
    try {
      await this.#options.work(entry);
      await this.#finish(entry);
    } catch (thrown) {
      const error = toKbError(thrown);
      if (this.#givenUp) return;
      if (isPassing(error)) this.#postpone(entry, error);
      else {
        this.#logger.error({ err: error, key: entry.key }, 'An event could not be answered');
        await this.#finish(entry);
      }
    } finally {
      this.#running--;
      this.#pump();
    }
  }

  async #finish(entry: Entry): Promise<void> {
    try {
      await this.#options.inbox.done(entry.key);
    } catch (error) {
      this.#logger.error({ err: error, key: entry.key }, 'An answered event could not be marked as answered');
    }
    this.#keys.delete(entry.key);
    const entries = this.#lanes.get(entry.lane);
    entries?.shift();
    if (entries && entries.length > 0) this.#ready.push(entry.lane);
    else this.#lanes.delete(entry.lane);
  }

  /** The whole lane waits, so that "add" and then "undo" stay in this order; everyone in it is told. */
  #postpone(entry: Entry, error: KbError): void {
    this.#logger.warn({ code: error.code, key: entry.key, attempt: entry.attempt }, 'An event has to wait');
    for (const each of this.#lanes.get(entry.lane) ?? []) this.#tell(each, error);
    if (this.#stopped) return;
    const delay = (this.#options.backoff ?? exponential)(entry.attempt + 1);
    const timer = setTimeout(() => {
      this.#waiting.delete(entry.lane);
      if (this.#stopped) return;
      this.#ready.push(entry.lane);
      this.#pump();
    }, delay);
    this.#waiting.set(entry.lane, timer);
  }

  #tell(entry: Entry, error: KbError): void {
    const { tellDelayed, inbox } = this.#options;
    if (!tellDelayed) return;
    const telling = entry
      .once('told', async () => {
        const key = `${entry.key}${TOLD}`;
        if (!(await inbox.accept({ key, payload: '' }))) return;
        await inbox.done(key);
        await tellDelayed(entry, error);
      })
      .catch((failure: unknown) =>
        this.#logger.warn({ err: failure, key: entry.key }, 'Nobody could be told that an answer is delayed'),
      )
      .finally(() => this.#told.delete(telling));
    this.#told.add(telling);
  }

  /** Resolves those who wait for the end of the work, once nothing runs and nothing is ready. */
  #settle(): void {
    const busy = this.#running > 0 || this.#accepting > 0 || this.#ready.length > 0;
    if (this.#idle.length === 0 || (busy && !this.#givenUp)) return;
    const waiting = this.#idle;
    this.#idle = [];
    void Promise.allSettled(this.#told).then(() => {
      for (const resolve of waiting) resolve();
    });
  }
}

/** Ends the key that remembers that an asker was told to wait. */
const TOLD = '~told';
