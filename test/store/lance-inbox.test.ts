import { connect } from '@lancedb/lancedb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { INBOX_WINDOW_MS } from '../../src/store/inbox.ts';
import { openStore } from '../../src/store/lance/open-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { WordVectors } from '../support/word-vectors.ts';

async function open(location: string, time = { now: Date.UTC(2026, 0, 1) }) {
  const store = await openStore({
    location,
    source: new WordVectors(),
    clock: () => new Date(time.now),
  });
  onTestFinished(() => store.close());
  return store;
}

const event = (key: string) => ({ key, payload: JSON.stringify({ text: `of ${key}` }) });

describe('the inbox', () => {
  it('accepts a key once, also at the same time, in another process and after a restart', async () => {
    const location = await temporaryFolder();
    const one = await open(location);
    const other = await open(location);
    const answers = await Promise.all([
      one.inbox.accept(event('slack:1')),
      one.inbox.accept(event('slack:1')),
      other.inbox.accept(event('slack:1')),
    ]);
    expect(answers.filter((accepted) => accepted)).toHaveLength(1);
    expect(await other.inbox.accept(event('slack:1'))).toBe(false);
    await one.close();
    await other.close();
    const again = await open(location);
    expect(await again.inbox.accept(event('slack:1'))).toBe(false);
    expect(await again.inbox.accept(event('slack:2'))).toBe(true);
  });

  it('gives what was accepted and not answered, oldest first, of one platform', async () => {
    const location = await temporaryFolder();
    const time = { now: Date.UTC(2026, 0, 1) };
    const store = await open(location, time);
    for (const key of ['slack:b', 'slack:a', 'feishu:x', 'slack:c']) {
      time.now += 1000;
      await store.inbox.accept(event(key));
    }
    await store.inbox.done('slack:a');
    await store.close();
    const again = await open(location, time);
    const pending = await again.inbox.pending('slack:');
    expect(pending.map(({ key }) => key)).toEqual(['slack:b', 'slack:c']);
    expect(pending[0]).toEqual({ ...event('slack:b'), receivedAt: new Date(Date.UTC(2026, 0, 1) + 1000) });
    expect(await again.inbox.accept(event('slack:a'))).toBe(false);
  });

  it('takes prefixes and keys as text', async () => {
    const store = await open(await temporaryFolder());
    await store.inbox.accept(event("a'b%_"));
    expect(await store.inbox.pending("a'b%_")).toHaveLength(1);
    expect(await store.inbox.pending('%')).toEqual([]);
    expect(await store.inbox.pending('_')).toEqual([]);
    await store.inbox.done("a'b%_");
    expect(await store.inbox.pending('')).toEqual([]);
  });

  it('forgets a key after the window, and remembers it until then', async () => {
    const location = await temporaryFolder();
    const time = { now: Date.UTC(2026, 0, 1) };
    const store = await open(location, time);
    await store.inbox.accept(event('k'));
    await store.inbox.done('k');
    time.now += INBOX_WINDOW_MS - 1;
    expect(await store.inbox.accept(event('k'))).toBe(false);
    time.now += 1;
    expect(await store.inbox.accept(event('k'))).toBe(true);
    // It is a new event: the mark of the old one does not make it answered.
    expect((await store.inbox.pending('k')).map(({ key }) => key)).toEqual(['k']);
    expect(await store.inbox.accept(event('k'))).toBe(false);
  });

  it('does not keep forgotten entries on disk', async () => {
    const location = await temporaryFolder();
    const time = { now: Date.UTC(2026, 0, 1) };
    const store = await open(location, time);
    await store.inbox.accept(event('old'));
    await store.inbox.done('old');
    time.now += 2 * INBOX_WINDOW_MS;
    await store.inbox.accept(event('new'));
    const connection = await connect(location);
    expect(await (await connection.openTable('inbox')).countRows()).toBe(1);
    expect(await (await connection.openTable('inbox_done')).countRows()).toBe(0);
  });

  it('takes 200 events at once, some of them twice, in a few commits', async () => {
    const location = await temporaryFolder();
    const store = await open(location);
    const keys = [
      ...Array.from({ length: 200 }, (_, i) => `k${i}`),
      ...Array.from({ length: 50 }, (_, i) => `k${i}`),
    ];
    const accepted = await Promise.all(keys.map((key) => store.inbox.accept(event(key))));
    expect(accepted.filter((fresh) => fresh)).toHaveLength(200);
    expect(await store.inbox.pending('k')).toHaveLength(200);
    const table = await (await connect(location)).openTable('inbox');
    expect(await table.version()).toBeLessThan(10);
  });

  it('refuses calls after it is closed', async () => {
    const store = await open(await temporaryFolder());
    await store.close();
    await expect(store.inbox.accept(event('k'))).rejects.toMatchObject({ code: 'shutting_down' });
  });
});
