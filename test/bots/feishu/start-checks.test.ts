import { afterEach, describe, expect, it } from 'vitest';
import { createFeishuBot } from '../../../src/bots/feishu/create-feishu-bot.ts';
import { APP_ID, BOT_OPEN_ID } from '../../support/feishu-server/events.ts';
import { FeishuWorld, type StartOptions } from './support/start-feishu.ts';

let world: FeishuWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function problem(options: StartOptions): Promise<string> {
  world = await FeishuWorld.start({ ...options, start: false });
  const error: unknown = await world.bot.start().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'platform' });
  expect(world.bot.health().ready).toBe(false);
  return (error as Error).message;
}

const bot = (status: number) => ({
  code: 0,
  msg: 'ok',
  bot: { activate_status: status, open_id: BOT_OPEN_ID },
});

describe('the checks at start', () => {
  it.each<[string, StartOptions, RegExp]>([
    ['an app id that is none', { appId: 'cli_short' }, /FEISHU_APP_ID must be "cli_" and 16/],
    ['an unknown app', { appId: 'cli_0000000000000000' }, /app id or the app secret is wrong \(code 10003\)/],
    ['a wrong secret', { appSecret: 'wrong' }, /app id or the app secret is wrong \(code 10014\)/],
    [
      'an app without a bot',
      {
        prepare: (server) => {
          server.botInfo = { code: 11205, msg: 'app do not have bot' };
        },
      },
      /has no bot \(code 11205\); add the Bot capability/,
    ],
    [
      'an app that is not enabled',
      {
        prepare: (server) => {
          server.botInfo = bot(1);
        },
      },
      /not enabled in this tenant/,
    ],
    [
      'a missing permission to send',
      {
        prepare: (server) => {
          server.scopes = ['im:message.p2p_msg:readonly'];
        },
      },
      /permission im:message .* is missing/,
    ],
    [
      'a refused long connection',
      {
        prepare: (server) => {
          server.connections.refusal = { status: 200, body: { code: 403, msg: 'forbidden', data: {} } };
        },
      },
      /long connection was refused .*persistent connection/,
    ],
  ])('say what is wrong with %s', async (_, options, expected) => {
    const sentence = await problem(options);
    expect(sentence).toMatch(expected);
  });

  it('warn of permissions without which some messages do not arrive', async () => {
    world = await FeishuWorld.start({
      prepare: (server) => {
        server.scopes = ['im:message:send_as_bot'];
      },
    });
    const warnings = world.log.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(warnings).toEqual([
      expect.stringContaining('im:message.p2p_msg:readonly'),
      expect.stringContaining('im:message.group_at_msg:readonly'),
    ]);
  });

  it('say which host cannot be reached', async () => {
    world = await FeishuWorld.start({ start: false });
    const { assistant, store } = world;
    const domain = 'http://127.0.0.1:9';
    const config = { appId: APP_ID, appSecret: 'x', domain, transport: 'websocket' } as const;
    const lonely = createFeishuBot({ assistant, inbox: store.inbox, config });
    await expect(lonely.start()).rejects.toThrow(`${domain} cannot be reached`);
  });
});
