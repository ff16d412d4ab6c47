import { describe, expect, it } from 'vitest';
import { readCardEvent } from '../../../src/bots/feishu/card-event.ts';
import { toFeishuConfig } from '../../../src/bots/feishu/feishu-config.ts';
import { readMessageEvent } from '../../../src/bots/feishu/message-event.ts';
import { messageText } from '../../../src/bots/feishu/message-text.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { BOT_OPEN_ID, botMention, messageEvent } from '../../support/feishu-server/events.ts';

const bot = { key: '@_user_1', name: 'kb', id: { open_id: BOT_OPEN_ID } };
const ann = { key: '@_user_12', name: '<b>Ann</b> @_user_1', id: { open_id: 'ou_ann' } };
const text = (content: unknown, mentions: Parameters<typeof messageText>[2] = [bot, ann], type = 'text') =>
  messageText(type, JSON.stringify(content), mentions, BOT_OPEN_ID);

describe('the text of a message', () => {
  it.each([
    ['@_user_1 hello', 'hello'],
    ['hello @_user_1', 'hello'],
    ['@_user_1 ask @_user_12 about @_user_1', 'ask @<b>Ann</b> @_user_1 about'],
    ['@_user_12', '@<b>Ann</b> @_user_1'],
    ['@_user_3 stays, and so does @_all', '@_user_3 stays, and so does @_all'],
    ['/kb add a\n b', '/kb add a\n b'],
  ])('%j reads as %j', (written, read) => {
    expect(text({ text: written })).toBe(read);
  });

  it('knows the bot by its open_id, not by its name', () => {
    const namesake = { key: '@_user_1', name: 'kb', id: { open_id: 'ou_other' } };
    expect(text({ text: '@_user_1 hi' }, [namesake])).toBe('@kb hi');
  });

  it('of a post has its title, links, code and other languages', () => {
    const content = [
      [
        { tag: 'text', text: 'see ' },
        { tag: 'a', text: 'here', href: 'x' },
      ],
      [{ tag: 'code_block', text: 'ls' }],
    ];
    expect(text({ title: 'T', content }, [], 'post')).toBe('T\nsee here\nls');
    expect(text({ zh_cn: { content: [[{ tag: 'text', text: '你好' }]] } }, [], 'post')).toBe('你好');
    expect(
      text(
        {
          content: [
            [
              { tag: 'img', image_key: 'k' },
              { tag: 'emotion', emoji_type: 'OK' },
            ],
          ],
        },
        [],
        'post',
      ),
    ).toBe('[OK]');
  });

  it.each(['image', 'file', 'audio', 'sticker', 'interactive'])('of a %s is not there', (type) => {
    expect(text({}, [], type)).toBeUndefined();
  });

  it('survives content that is not JSON', () => {
    expect(messageText('text', '{', [], BOT_OPEN_ID)).toBeUndefined();
    expect(messageText('post', '[]', [], BOT_OPEN_ID)).toBeUndefined();
  });
});

describe('events of an unknown form', () => {
  const flat = ({ header, event }: ReturnType<typeof messageEvent>) => ({ ...header, ...event });

  it.each([[undefined], [null], [{}], [{ event_id: 'e', message: {} }], ['text']])(
    '%j are told apart',
    (given) => {
      expect(readMessageEvent(given, BOT_OPEN_ID)).toBe('unreadable');
      expect(readCardEvent(given)).toBeUndefined();
    },
  );

  it("a group without the bot is nobody's business", () => {
    const group = { text: 'hi', chatType: 'group' } as const;
    expect(readMessageEvent(flat(messageEvent(group)), BOT_OPEN_ID)).toBeUndefined();
    const mentioned = flat(messageEvent({ ...group, mentions: [botMention] }));
    expect(readMessageEvent(mentioned, BOT_OPEN_ID)).toMatchObject({ job: { text: 'hi' } });
  });
});

describe('the settings', () => {
  it('are the FEISHU_… ones, or none', () => {
    const load = (env: Record<string, string>) => toFeishuConfig(loadConfig({ env, envFile: '/nowhere' }));
    expect(load({})).toBeUndefined();
    expect(load({ FEISHU_APP_ID: 'cli_1', FEISHU_APP_SECRET: 's', FEISHU_DOMAIN: 'lark' })).toMatchObject({
      appId: 'cli_1',
      domain: 'lark',
      transport: 'websocket',
    });
  });
});
