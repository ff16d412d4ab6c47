import type { Inbox, InboxEntry } from '../../../../src/store/inbox.ts';

/** An inbox whose disk is this process's memory: what is left in it is what a restart would find. */
export function createMemoryInbox(): Inbox & {
  readonly entries: Map<string, InboxEntry & { done: boolean }>;
} {
  const entries = new Map<string, InboxEntry & { done: boolean }>();
  return {
    entries,
    async accept(entry) {
      if (entries.has(entry.key)) return false;
      entries.set(entry.key, { ...entry, receivedAt: new Date(), done: false });
      return true;
    },
    async done(key) {
      const entry = entries.get(key);
      if (entry) entry.done = true;
    },
    async pending(prefix) {
      return [...entries.values()].filter((entry) => !entry.done && entry.key.startsWith(prefix));
    },
  };
}
