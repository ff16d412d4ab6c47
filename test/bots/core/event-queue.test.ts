import { describe, expect, it, vi } from 'vitest';
import { EventQueue, type EventQueueOptions } from '../../../src/bots/core/event-queue.ts';
import type { Job } from '../../../src/bots/core/job.ts';
import { KbError } from '../../../src/errors.ts';
import { createMemoryInbox } from './support/memory-inbox.ts';

const away = () => new KbError('engine_unavailable', { values: { url: 'x', detail: '' } });

function setUp(options: Partial<EventQueueOptions> = {}) {
  const inbox = options.inbox ?? createMemoryInbox();
  const worked: string[] = [];
  const queue = new EventQueue({
    inbox,
    prefix: 'slack:',
    lane: (payload) => payload.split('/')[0] ?? '',
    backoff: () => 5,
    work: async (job) => {
      worked.push(job.payload);
    },
    ...options,
  });
  return { inbox, queue, worked };
}

const pending = async (inbox: EventQueueOptions['inbox']) =>
  (await inbox.pending('slack:')).map((e) => e.key);

/** A promise that the test settles. */
function gate() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('EventQueue', () => {
  it('works once on an event that is delivered often, at once and later', async () => {
    const { queue, worked, inbox } = setUp();
    const deliveries = await Promise.all(
      Array.from({ length: 4 }, () => queue.accept({ key: 'slack:1', payload: 'a/1' })),
    );
    expect(deliveries.filter(Boolean)).toHaveLength(1);
    await vi.waitFor(() => expect(queue.size).toBe(0), 5_000);
    expect(await queue.accept({ key: 'slack:1', payload: 'a/1' })).toBe(false);
    await queue.stop();
    expect(worked).toEqual(['a/1']);
    expect(await pending(inbox)).toEqual([]);
  });

  it('answers after a restart what was accepted before, and nothing twice', async () => {
    const inbox = createMemoryInbox();
    const first = setUp({ inbox, work: () => new Promise(() => {}) });
    await first.queue.accept({ key: 'slack:1', payload: 'a/1' });
    await inbox.accept({ key: 'slack:0', payload: 'a/0' });
    await inbox.done('slack:0');
    const second = setUp({ inbox });
    await second.queue.start();
    expect(await second.queue.accept({ key: 'slack:1', payload: 'a/1' })).toBe(false);
    await second.queue.stop();
    expect(second.worked).toEqual(['a/1']);
    expect(await pending(inbox)).toEqual([]);
  });

  it('keeps the order within a conversation and a bound over all', async () => {
    let running = 0;
    let most = 0;
    const ended: string[] = [];
    const { queue } = setUp({
      concurrency: 3,
      work: async ({ payload }) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, payload.endsWith('0') ? 8 : 1));
        running--;
        ended.push(payload);
      },
    });
    for (let i = 0; i < 40; i++) await queue.accept({ key: `slack:${i}`, payload: `${i % 5}/${i}` });
    await queue.stop();
    expect(ended).toHaveLength(40);
    expect(most).toBe(3);
    for (let lane = 0; lane < 5; lane++) {
      const own = ended.filter((p) => p.startsWith(`${lane}/`)).map((p) => Number(p.split('/')[1]));
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
  });

  it('keeps what the engine could not answer, tells everyone waiting once, and answers in order later', async () => {
    let down = true;
    const told: string[] = [];
    const done: string[] = [];
    const { queue, inbox } = setUp({
      work: async ({ payload }) => {
        if (down) throw away();
        done.push(payload);
      },
      tellDelayed: async (job) => {
        told.push(job.payload);
      },
    });
    await queue.accept({ key: 'slack:1', payload: 'a/1' });
    await vi.waitFor(() => expect(told).toEqual(['a/1']), 5_000);
    await queue.accept({ key: 'slack:2', payload: 'a/2' });
    await queue.accept({ key: 'slack:3', payload: 'b/3' });
    await vi.waitFor(() => expect(told.toSorted()).toEqual(['a/1', 'a/2', 'b/3']), 5_000);
    expect(await pending(inbox)).toEqual(['slack:1', 'slack:2', 'slack:3']);
    down = false;
    await vi.waitFor(() => expect(done.toSorted()).toEqual(['a/1', 'a/2', 'b/3']), 5_000);
    expect(done.indexOf('a/1')).toBeLessThan(done.indexOf('a/2'));
    expect(told).toHaveLength(3);
    await queue.stop();
  });

  it('tells nobody a second time after a restart', async () => {
    const inbox = createMemoryInbox();
    const told: string[] = [];
    const down: Partial<EventQueueOptions> = {
      inbox,
      work: () => Promise.reject(away()),
      tellDelayed: async (job) => {
        told.push(job.key);
      },
    };
    for (let run = 0; run < 2; run++) {
      const { queue } = setUp(down);
      await queue.start();
      if (run === 0) await queue.accept({ key: 'slack:1', payload: 'a/1' });
      await new Promise((resolve) => setTimeout(resolve, 20));
      await queue.stop();
      expect(await pending(inbox)).toEqual(['slack:1']);
    }
    expect(told).toEqual(['slack:1']);
  });

  it('does a step once over all attempts, and again only where it failed', async () => {
    let computed = 0;
    let sent = 0;
    const { queue } = setUp({
      work: async (job: Job) => {
        await job.once('compute', async () => ++computed);
        await job.once('send', async () => {
          if (++sent < 3) throw away();
        });
      },
    });
    await queue.accept({ key: 'slack:1', payload: 'a/1' });
    await vi.waitFor(() => expect(queue.size).toBe(0), 5_000);
    await queue.stop();
    expect([computed, sent]).toEqual([1, 3]);
  });

  it('goes on after an event that cannot be answered at all', async () => {
    const worked: string[] = [];
    const { queue, inbox } = setUp({
      work: async ({ payload }) => {
        worked.push(payload);
        if (payload === 'a/1') throw new TypeError('a bug');
      },
    });
    await queue.accept({ key: 'slack:1', payload: 'a/1' });
    await queue.accept({ key: 'slack:2', payload: 'a/2' });
    await queue.stop();
    expect(worked).toEqual(['a/1', 'a/2']);
    expect(await pending(inbox)).toEqual([]);
  });

  it('refuses what comes after stop, so that it is not acknowledged, and finishes what came before', async () => {
    const { open, opened } = gate();
    const ended: string[] = [];
    const { queue, inbox } = setUp({
      work: async ({ payload }) => {
        await opened;
        ended.push(payload);
      },
    });
    await queue.accept({ key: 'slack:1', payload: 'a/1' });
    await queue.accept({ key: 'slack:2', payload: 'a/2' });
    const stopped = queue.stop();
    await expect(queue.accept({ key: 'slack:3', payload: 'a/3' })).rejects.toMatchObject({
      code: 'shutting_down',
    });
    open();
    await stopped;
    expect(ended).toEqual(['a/1', 'a/2']);
    expect(await pending(inbox)).toEqual([]);
  });

  it('does not wait for ever at stop, and keeps the rest', async () => {
    const { queue, inbox } = setUp({ work: () => new Promise(() => {}) });
    await queue.accept({ key: 'slack:1', payload: 'a/1' });
    await queue.stop(20);
    expect(await pending(inbox)).toEqual(['slack:1']);
  });

  it('does not acknowledge what the disk refuses', async () => {
    const inbox = { ...createMemoryInbox(), accept: () => Promise.reject(new KbError('store')) };
    const { queue, worked } = setUp({ inbox });
    await expect(queue.accept({ key: 'slack:1', payload: 'a/1' })).rejects.toMatchObject({ code: 'store' });
    await queue.stop();
    expect(worked).toEqual([]);
  });
});
