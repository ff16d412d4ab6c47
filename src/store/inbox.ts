/** Something a platform sent that was accepted and is not answered yet. */
export interface InboxEntry {
  /** Unique across platforms, e.g. `slack:A1:Ev123`. */
  readonly key: string;
  /** JSON of whatever the adapter needs to answer it after a restart. */
  readonly payload: string;
  readonly receivedAt: Date;
}

/**
 * Remembers on disk what was accepted, so that a redelivery is not answered twice and an accepted question is
 * answered after a crash too.
 */
export interface Inbox {
  /** Keeps an entry; false when its key was accepted before (here or by another process) within the window. */
  accept(entry: Omit<InboxEntry, 'receivedAt'>): Promise<boolean>;
  /** Marks an entry as answered; its key stays known for the window. */
  done(key: string): Promise<void>;
  /** Accepted and not done, oldest first: what to answer after a restart. */
  pending(prefix: string): Promise<InboxEntry[]>;
}

/** How long keys stay known: Feishu redelivers for 7.1 hours, Slack for 6 minutes. */
export const INBOX_WINDOW_MS = 24 * 60 * 60 * 1000;
