import { afterEach, describe, expect, it } from 'vitest';
import { textBar } from '../../../src/bots/core/text-bar.ts';
import { botMention, messageEvent } from '../../support/feishu-server/events.ts';
import { headerColor, nodes, shownText } from './support/read-card.ts';
import { FeishuWorld, type StartOptions } from './support/start-feishu.ts';

const LINES = ['重置密码：打开账号页面', 'Reset your password on the account page', 'Lunch is at noon'];
let world: FeishuWorld;

afterEach(() => world?.close());

async function start(options: StartOptions = {}): Promise<FeishuWorld> {
  world = await FeishuWorld.start({ lines: LINES, ...options });
  return world;
}

describe.each(['websocket', 'webhook'] as const)('asking over the %s', (transport) => {
  it('answers a direct message with a card: score, bar, green header', async () => {
    const { server } = await start({ transport });
    const delivery = await world.deliver(messageEvent({ text: 'Reset your password on the account page' }));
    expect(delivery.acknowledged).toBe(true);
    const [reply] = await server.waitForSent(1);
    if (!reply) throw new Error('no reply');
    expect(reply.type).toBe('interactive');
    expect(headerColor(reply)).toBe('green');
    expect(shownText(reply)).toContain('1. Reset your password on the account page');
    expect(shownText(reply)).toContain(`${textBar(1)} 1.0000`);
    expect(shownText(reply)).toContain('Closest lines');
  });

  it('answers in Chinese and warns first where the match is weak', async () => {
    const { server } = await start({ transport });
    await world.deliver(messageEvent({ text: '量子纠缠' }));
    const [reply] = await server.waitForSent(1);
    if (!reply) throw new Error('no reply');
    expect(headerColor(reply)).toBe('orange');
    const shown = shownText(reply).split('\n');
    expect(shown[0]).toBe('没有很匹配的内容');
    expect(shown[2]).toMatch(/^没有找到很匹配的内容/);
  });

  it('answers a mention in a group by open_id, and keeps the reply in its topic', async () => {
    const { server } = await start({ transport });
    const other = { key: '@_user_2', openId: 'ou_other', name: '小王' };
    const chat = { chatId: 'oc_group', chatType: 'group' } as const;
    await world.deliver(messageEvent({ ...chat, text: 'nobody asked the bot' }));
    await world.deliver(messageEvent({ ...chat, text: '@_user_2 hello', mentions: [other] }));
    await world.deliver(
      messageEvent({
        ...chat,
        threadId: 'omt_1',
        messageId: 'om_question',
        text: '@_user_1 when is lunch, @_user_2 ?',
        mentions: [botMention, other],
      }),
    );
    const [reply] = await server.waitForSent(1);
    if (!reply) throw new Error('no reply');
    expect(reply).toMatchObject({ parentId: 'om_question', inThread: true, chatId: 'oc_group' });
    expect(shownText(reply)).toContain('when is lunch, @小王 ?');
    expect(server.sent).toHaveLength(1);
  });

  it('reads rich text, and says so where it cannot read', async () => {
    const { server } = await start({ transport });
    const content = {
      title: '',
      content: [
        [
          { tag: 'at', user_id: '@_user_1', user_name: 'x' },
          { tag: 'text', text: ' when is ' },
          { tag: 'a', text: 'lunch', href: 'https://example.com' },
        ],
      ],
    };
    await world.deliver(messageEvent({ type: 'post', content, mentions: [botMention] }));
    await world.deliver(messageEvent({ type: 'image', content: { image_key: 'img' } }));
    const [answer, hint] = await server.waitForSent(2);
    if (!answer || !hint) throw new Error('no reply');
    expect(shownText(answer)).toContain('when is lunch');
    expect(shownText(hint)).toBe('我目前只能读文字，请用文字发送您的问题。');
  });

  it('never answers bots, and greets an empty mention with the help', async () => {
    const { server } = await start({ transport });
    await world.deliver(messageEvent({ text: 'lunch?', senderType: 'app' }));
    await world.deliver(messageEvent({ text: '@_user_1 ', mentions: [botMention] }));
    const [help] = await server.waitForSent(1);
    expect(help && shownText(help)).toContain('/kb add');
    expect(server.sent).toHaveLength(1);
  });
});

describe('what is written', () => {
  it('is shown as written, in a card and in the text that stands in for a refused card', async () => {
    const evil =
      '<at id=all></at> **bold** [link](https://evil.example) <font color="red">x</font> @_all 🙂 مرحبا';
    const { server } = await start({ lines: [evil] });
    await world.deliver(messageEvent({ text: evil }));
    const [card] = await server.waitForSent(1);
    if (!card) throw new Error('no reply');
    const parsing = nodes(card.content).filter(({ tag }) => tag === 'markdown' || tag === 'lark_md');
    expect(parsing).toEqual([]);
    expect(shownText(card)).toContain(`1. ${evil}`);
    server.refuseCards = true;
    await world.deliver(messageEvent({ text: evil }));
    const [, text] = await server.waitForSent(2);
    if (!text) throw new Error('no reply');
    expect(text.type).toBe('text');
    expect(shownText(text)).not.toMatch(/<at|<font|\]\(/);
    expect(shownText(text).replaceAll('\u200b', '')).toContain(`1. ${evil}`);
  });

  it('is answered however long the lines are', async () => {
    const emoji = Array.from({ length: 5 }, (_, i) => `lunch ${i} ${'🍜'.repeat(1900)}`);
    const { server } = await start({ lines: emoji });
    await world.deliver(messageEvent({ text: `lunch ${'🍜'.repeat(50)}` }));
    const [reply] = await server.waitForSent(1);
    expect(reply?.type).toBe('interactive');
    expect(reply && shownText(reply)).toContain('5. lunch');
  });

  it('gets the text where the platform says the card is too large', async () => {
    const { server } = await start();
    server.planned.push({ status: 400, body: { code: 230025, msg: 'too large' } });
    await world.deliver(messageEvent({ text: 'Lunch is at noon' }));
    const [reply] = await server.waitForSent(1);
    expect(reply?.type).toBe('text');
    expect(reply && shownText(reply)).toContain('1. Lunch is at noon (score 1.0000)');
  });
});

describe('an empty knowledge base', () => {
  it('says how to begin', async () => {
    const { server } = await start({ lines: [] });
    await world.deliver(messageEvent({ text: 'anything?' }));
    const [reply] = await server.waitForSent(1);
    expect(reply && headerColor(reply)).toBe('grey');
    expect(reply && shownText(reply)).toContain('There is nothing here yet');
  });
});
