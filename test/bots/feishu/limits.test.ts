import { afterEach, describe, expect, it } from 'vitest';
import { ChatPacer } from '../../../src/bots/feishu/chat-pacer.ts';
import { messageEvent } from '../../support/feishu-server/events.ts';
import { FeishuWorld, type StartOptions } from './support/start-feishu.ts';

let world: FeishuWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: StartOptions = {}): Promise<FeishuWorld> {
  world = await FeishuWorld.start({ lines: ['Lunch is at noon'], ...options });
  return world;
}

/** A timer whose sleeps are noted and take no time. */
function patient() {
  const slept: number[] = [];
  let now = 0;
  return {
    slept,
    now: () => now,
    sleep: async (ms: number) => {
      slept.push(ms);
      now += ms;
    },
  };
}

describe('the limits', () => {
  it('delivers every answer of a busy chat once, at the pace that the chat takes', async () => {
    const { server } = await start();
    server.perSecond = 5;
    const questions = Array.from({ length: 12 }, (_, i) => messageEvent({ text: `Lunch ${i}?` }));
    await Promise.all(questions.map((event) => world?.deliver(event)));
    await server.waitForSent(12, 20_000);
    expect(new Set(server.sent.map(({ parentId }) => parentId)).size).toBe(12);
  });

  it.each([
    ['HTTP 429', { status: 429, body: { code: 99991400, msg: 'frequency limit' } }],
    ['code 99991400 with another status', { status: 400, body: { code: 99991400, msg: 'frequency limit' } }],
    ['code 99991400 with status 200', { status: 200, body: { code: 99991400, msg: 'frequency limit' } }],
  ])('waits as long as the header says on %s', async (_, answer) => {
    const timer = patient();
    const { server } = await start({ timer });
    server.planned.push({ ...answer, headers: { 'x-ogw-ratelimit-reset': '7' } });
    await world?.deliver(messageEvent({ text: 'Lunch?' }));
    const [reply] = await server.waitForSent(1);
    expect(timer.slept).toEqual([7000]);
    expect(reply?.type).toBe('interactive');
  });

  it('puts an answer off that the platform does not take, and works it out only once', async () => {
    const timer = patient();
    const { server, engine } = await start({ timer });
    const busy = { status: 502, body: 'bad gateway' };
    server.planned.push(...Array.from({ length: 13 }, () => busy));
    await world?.deliver(messageEvent({ text: 'Lunch?' }));
    const [reply] = await server.waitForSent(1);
    expect(reply?.type).toBe('interactive');
    expect(server.sent).toHaveLength(1);
    expect(engine.asked).toEqual(['Lunch?']);
  });

  it('gets a new token when the platform took the old one back', async () => {
    const { server } = await start();
    server.revokeTokens();
    await world?.deliver(messageEvent({ text: 'Lunch?' }));
    await server.waitForSent(1);
    expect(server.tokens).toBe(2);
  });

  it('gives up on a message that was withdrawn, and goes on', async () => {
    const { server } = await start();
    server.planned.push({ status: 400, body: { code: 230011, msg: 'The message was recalled' } });
    await world?.deliver(messageEvent({ text: 'Lunch?' }));
    await world?.deliver(messageEvent({ text: 'Dinner?' }));
    await server.waitForSent(1);
    expect(world?.log.some(({ message }) => message === 'A reply cannot be delivered')).toBe(true);
  });
});

describe('the pacer', () => {
  it('lets five messages a second through, each chat by itself', async () => {
    let now = 10_000;
    const sent: [string, number][] = [];
    const pacer = new ChatPacer({
      now: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    });
    for (let i = 0; i < 11; i++) {
      await pacer.turn('a');
      sent.push(['a', now]);
    }
    await pacer.turn('b');
    const at = sent.map(([, when]) => when);
    expect(at.slice(0, 5)).toEqual(Array(5).fill(10_000));
    for (let i = 5; i < at.length; i++) expect((at[i] ?? 0) - (at[i - 5] ?? 0)).toBeGreaterThanOrEqual(1000);
  });
});
