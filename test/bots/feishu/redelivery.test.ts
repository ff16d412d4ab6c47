import { afterEach, describe, expect, it } from 'vitest';
import { messageEvent } from '../../support/feishu-server/events.ts';
import { shownText } from './support/read-card.ts';
import { FeishuWorld } from './support/start-feishu.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** When the platform sends an event again that was not acknowledged, after the first delivery. */
const RETRIES = [15_000, 5 * MINUTE, HOUR, 6 * HOUR];

let world: FeishuWorld;
afterEach(() => world?.close());

describe.each(['websocket', 'webhook'] as const)('redelivery over the %s', (transport) => {
  it('gives one answer to five deliveries over 7 hours, with a restart between them', async () => {
    let now = Date.UTC(2026, 0, 5, 9);
    world = await FeishuWorld.start({ transport, lines: ['Lunch is at noon'], clock: () => new Date(now) });
    const event = messageEvent({ text: 'When is lunch?', createTime: now });
    expect(await world.deliver(event)).toMatchObject({ acknowledged: true });
    await world.server.waitForSent(1);
    for (const [index, wait] of RETRIES.entries()) {
      now += wait;
      if (index === 2) await world.restart();
      expect(await world.deliver(event)).toMatchObject({ acknowledged: true });
    }
    await world.deliver(messageEvent({ text: 'And dinner?', createTime: now }));
    await world.server.waitForSent(2);
    expect(world.server.sent).toHaveLength(2);
    expect(world.engine.asked).toEqual(['When is lunch?', 'And dinner?']);
  });

  it('answers a first delivery that arrives hours late', async () => {
    let now = Date.UTC(2026, 0, 5, 9);
    world = await FeishuWorld.start({ transport, lines: ['Lunch is at noon'], clock: () => new Date(now) });
    const event = messageEvent({ text: 'Lunch is at noon', createTime: now });
    now += 6 * HOUR;
    await world.deliver(event);
    const [reply] = await world.server.waitForSent(1);
    expect(reply && shownText(reply)).toContain('1. Lunch is at noon');
  });

  it('acknowledges before it works', async () => {
    world = await FeishuWorld.start({ transport, lines: ['Lunch is at noon'] });
    world.engine.delayMs = 300;
    expect(await world.deliver(messageEvent({ text: 'Lunch?' }))).toMatchObject({ acknowledged: true });
    expect(world.server.sent).toEqual([]);
    await world.server.waitForSent(1);
  });

  it('does not acknowledge what it cannot keep, so that it is sent again', async () => {
    world = await FeishuWorld.start({ transport, lines: ['Lunch is at noon'] });
    const event = messageEvent({ text: 'Lunch?' });
    await world.store.close();
    expect(await world.deliver(event)).toMatchObject({ acknowledged: false });
    await world.restart();
    expect(await world.deliver(event)).toMatchObject({ acknowledged: true });
    await world.server.waitForSent(1);
  });

  it('sends nothing twice where the answer to a send got lost', async () => {
    world = await FeishuWorld.start({ transport, lines: ['Lunch is at noon'] });
    const event = messageEvent({ text: 'Lunch?' });
    const { server } = world;
    await world.deliver(event);
    await server.waitForSent(1);
    const uuids = server.sent.map(({ uuid }) => uuid);
    expect(uuids[0]).toMatch(/^[0-9a-f]{48}$/);
    server.dropAnswers = 1;
    await world.deliver(messageEvent({ text: 'Lunch, again?' }));
    await server.waitForSent(2);
    await world.deliver(messageEvent({ text: 'Lunch, a third time?' }));
    await server.waitForSent(3);
    expect(server.sent).toHaveLength(3);
    expect(server.repeated).toBe(1);
  });
});
