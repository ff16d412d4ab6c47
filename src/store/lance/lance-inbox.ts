import { randomUUID } from 'node:crypto';
import { INBOX_WINDOW_MS, type Inbox, type InboxEntry } from '../inbox.ts';
import { CallBatcher } from './call-batcher.ts';
import type { InboxDoneRow, InboxRow } from './inbox-table.ts';
import type { LanceTable } from './lance-table.ts';
import type { Lifetime } from './lifetime.ts';
import { isOneOf, literal } from './sql.ts';

const PRUNE_EVERY_MS = 60 * 60 * 1000;

export interface LanceInboxOptions {
  readonly inbox: LanceTable<InboxRow>;
  readonly done: LanceTable<InboxDoneRow>;
  readonly clock: () => Date;
  readonly lifetime: Lifetime;
}

/** The {@link Inbox} on LanceDB tables: what comes at the same time is one commit. */
export class LanceInbox implements Inbox {
  readonly #options: LanceInboxOptions;
  readonly #accepting: CallBatcher<InboxRow, { fresh: boolean }>;
  readonly #finishing: CallBatcher<InboxDoneRow, true>;
  /** Keys that are certainly on disk, with their times, so that a redelivery costs no commit. */
  readonly #known = new Map<string, number>();
  #nextPrune = 0;

  constructor(options: LanceInboxOptions) {
    this.#options = options;
    this.#accepting = new CallBatcher((rows) => this.#acceptAll(rows));
    this.#finishing = new CallBatcher(async (rows) => {
      await options.done.upsert([...new Map(rows.map((row) => [row.key, row])).values()]);
      return rows.map(() => true);
    });
  }

  accept(entry: Omit<InboxEntry, 'receivedAt'>): Promise<boolean> {
    return this.#options.lifetime.run(async () => {
      const receivedAt = this.#options.clock().getTime();
      const { key, payload } = entry;
      return (await this.#accepting.submit({ key, payload, receivedAt, acceptance: randomUUID() })).fresh;
    });
  }

  done(key: string): Promise<void> {
    return this.#options.lifetime.run(async () => {
      await this.#finishing.submit({ key, at: this.#options.clock().getTime() });
    });
  }

  pending(prefix: string): Promise<InboxEntry[]> {
    return this.#options.lifetime.run(async () => {
      const after = this.#options.clock().getTime() - INBOX_WINDOW_MS;
      const rows = await this.#options.inbox.read({
        where: `starts_with(key, ${literal(prefix)}) AND receivedAt > ${after}`,
        order: ['receivedAt', 'key'].map((columnName) => ({ columnName, ascending: true })),
      });
      const marks = await this.#options.done.read({ where: `starts_with(key, ${literal(prefix)})` });
      const doneAt = new Map(marks.map(({ key, at }) => [key, at]));
      return rows
        .filter(({ key, receivedAt }) => (doneAt.get(key) ?? Number.NEGATIVE_INFINITY) < receivedAt)
        .map(({ key, payload, receivedAt }) => ({ key, payload, receivedAt: new Date(receivedAt) }));
    });
  }

  async #acceptAll(rows: readonly InboxRow[]): Promise<{ fresh: boolean }[]> {
    const now = this.#options.clock().getTime();
    if (now >= this.#nextPrune) await this.#prune(now);
    const candidates = new Map<string, InboxRow>();
    for (const row of rows) {
      const knownSince = this.#known.get(row.key);
      if (knownSince !== undefined && knownSince > now - INBOX_WINDOW_MS) continue;
      if (!candidates.has(row.key)) candidates.set(row.key, row);
    }
    const accepted = new Set(await this.#insert([...candidates.values()], now));
    for (const row of candidates.values()) this.#known.set(row.key, row.receivedAt);
    return rows.map((row) => ({ fresh: accepted.has(row.acceptance) }));
  }

  /** Resolves with the acceptances that are on disk: of one key, the first. */
  async #insert(rows: readonly InboxRow[], now: number): Promise<string[]> {
    const { inbox } = this.#options;
    if ((await inbox.insertNew(rows)) === rows.length) return rows.map(({ acceptance }) => acceptance);
    const where = isOneOf(
      'key',
      rows.map(({ key }) => key),
    );
    let stored = await inbox.read({ where });
    if (stored.some(({ receivedAt }) => receivedAt <= now - INBOX_WINDOW_MS)) {
      // A key that outlived its window between two prunings is free again.
      await this.#prune(now);
      await inbox.insertNew(rows);
      stored = await inbox.read({ where });
    }
    return stored.map(({ acceptance }) => acceptance);
  }

  /** Forgets what is older than the window. */
  async #prune(now: number): Promise<void> {
    this.#nextPrune = now + PRUNE_EVERY_MS;
    const oldest = now - INBOX_WINDOW_MS;
    for (const [key, at] of this.#known) if (at <= oldest) this.#known.delete(key);
    // The answered marks last: a key must not look unanswered because only its mark is gone.
    if ((await this.#options.inbox.count(`receivedAt <= ${oldest}`)) > 0)
      await this.#options.inbox.delete(`receivedAt <= ${oldest}`);
    if ((await this.#options.done.count(`at <= ${oldest}`)) > 0)
      await this.#options.done.delete(`at <= ${oldest}`);
  }
}
