import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { APP_SECRET, messageEvent, pressEvent } from '../../support/feishu-server/events.ts';
import { until } from '../../support/feishu-server/feishu-server.ts';
import { FeishuWorld } from './support/start-feishu.ts';

let world: FeishuWorld;
const ready = () => world.bot.health().ready;

beforeEach(async () => {
  world = await FeishuWorld.start({ lines: ['Lunch is at noon'] });
});
afterEach(() => world.close());

/** The connection works: a question gets its answer. */
async function expectAnswer(): Promise<void> {
  const before = world.server.sent.length;
  const ack = await world.server.connections.send(messageEvent({ text: 'Lunch?' }));
  expect(ack).toMatchObject({ code: 200 });
  await world.server.waitForSent(before + 1);
}

describe('the long connection', () => {
  it('says that it is connected, and pings', async () => {
    const { connections } = world.server;
    expect(world.bot.health()).toEqual({ ready: true, detail: 'Connected over the long connection.' });
    await until(() => connections.pings >= 3);
    expect(connections.accepted).toBe(1);
  });

  it('puts an event together that comes in several frames', async () => {
    const ack = await world.server.connections.send(messageEvent({ text: '午饭几点？' }), { fragments: 3 });
    expect(ack).toMatchObject({ code: 200 });
    await world.server.waitForSent(1);
  });

  it('gets pressed buttons in event frames; the SDK takes no other kind', async () => {
    const press = pressEvent({ messageId: 'om_1', value: { a: 'nothing of ours' } });
    const ack = await world.server.connections.send(press);
    expect(ack).toMatchObject({ code: 200, data: { toast: { type: 'warning' } } });
    expect(await world.server.connections.send(press, { type: 'card', withinMs: 300 })).toBeUndefined();
  });

  it('comes back after its socket was killed, and loses no question that was acknowledged', async () => {
    const { connections } = world.server;
    world.engine.delayMs = 200;
    expect(await connections.send(messageEvent({ text: 'Lunch?' }))).toMatchObject({ code: 200 });
    connections.kill();
    // Not "until it is not ready": it may be back sooner than anybody looks.
    await until(() => connections.accepted >= 2);
    await world.server.waitForSent(1);
    await until(ready);
    await expectAnswer();
  });

  it('notices a server that is silent, and comes back', async () => {
    await world.close();
    world = await FeishuWorld.start({ lines: ['Lunch is at noon'], timing: { pingTimeoutSeconds: 0.15 } });
    const { connections } = world.server;
    connections.answerPings = false;
    await until(() => !ready());
    await until(() => connections.accepted >= 2);
    connections.answerPings = true;
    await until(() => ready() && connections.open === 1);
    await expectAnswer();
  });

  it.each([
    ['with an error page', { status: 503, body: 'busy' }],
    [
      'with the code for "busy", after which the SDK gives up',
      { status: 200, body: { code: 1, msg: 'busy', data: {} } },
    ],
    ['for too many connections', { status: 200, body: { code: 1000040350, msg: 'exceed', data: {} } }],
  ])('comes back when a server refused it for a while %s', async (_, refusal) => {
    const { connections } = world.server;
    connections.refusal = refusal;
    connections.kill();
    await until(() => !ready());
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(ready()).toBe(false);
    connections.refusal = undefined;
    await until(ready);
    await expectAnswer();
  });

  it('comes back when sockets were refused and the SDK had spent its attempts', async () => {
    const { connections } = world.server;
    connections.clientConfig = { ...connections.clientConfig, ReconnectCount: 1 };
    await until(() => connections.pings >= 2);
    connections.refuseSockets = true;
    connections.kill();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(ready()).toBe(false);
    connections.refuseSockets = false;
    await until(ready);
    await expectAnswer();
  });

  it('is gone after stop', async () => {
    await world.bot.stop();
    await until(() => world.server.connections.open === 0);
    expect(world.bot.health()).toEqual({ ready: false, detail: 'Stopped.' });
  });

  it('leaves no secret in the log', async () => {
    world.server.connections.refusal = { status: 500, body: 'no' };
    world.server.connections.kill();
    await until(() => !ready());
    world.server.connections.refusal = undefined;
    await until(ready);
    expect(JSON.stringify(world.log)).not.toMatch(new RegExp(`${APP_SECRET}|secret-ticket|Bearer`));
  });
});
