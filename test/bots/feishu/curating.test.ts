import { afterEach, describe, expect, it } from 'vitest';
import { messageEvent } from '../../support/feishu-server/events.ts';
import type { SentMessage } from '../../support/feishu-server/feishu-server.ts';
import { buttonOf, buttonsOf, headerColor, nodes, shownText } from './support/read-card.ts';
import { FeishuWorld, type StartOptions } from './support/start-feishu.ts';

let world: FeishuWorld;
afterEach(() => world?.close());

async function start(options: StartOptions): Promise<FeishuWorld> {
  world = await FeishuWorld.start(options);
  return world;
}

/** Sends a message and waits for the next reply. */
async function say(text: string, user = 'ou_asker'): Promise<SentMessage> {
  const before = world.server.sent.length;
  await world.deliver(messageEvent({ text, userId: user }));
  return next(before);
}

async function next(before: number): Promise<SentMessage> {
  const reply = (await world.server.waitForSent(before + 1))[before];
  if (!reply) throw new Error('no reply');
  return reply;
}

const texts = async () => (await world.store.lines.list()).items.map(({ text }) => text);

describe.each(['websocket', 'webhook'] as const)('curating over the %s', (transport) => {
  it('adds many lines through the form of a card', async () => {
    await start({ transport, lines: [] });
    const form = await say('/kb add');
    expect(shownText(form)).toContain('添加内容');
    expect(nodes(form.content).map(({ tag }) => tag)).toEqual(expect.arrayContaining(['form', 'input']));
    const { value } = buttonOf(form, '添加');
    expect(await world.press(form, value, { form: { lines: ' \n ' } })).toBe('请至少写一行。');
    const toast = await world.press(form, value, { form: { lines: '停车场在地下二层\n\n食堂中午开门' } });
    expect(toast).toBe('已添加');
    expect((await texts()).toSorted()).toEqual(['停车场在地下二层', '食堂中午开门']);
    expect(shownText(form)).toContain('停车场在地下二层');
    expect(buttonsOf(form)).toEqual([]);
  });

  it('answers a gap: from a weak answer over the form to a line, and the gap is gone', async () => {
    await start({ transport, lines: ['食堂中午开门'] });
    const weak = await say('量子计算机怎么预约');
    expect(headerColor(weak)).toBe('orange');
    expect(buttonsOf(await say('/kb gaps')).map(({ label }) => label)).toEqual(['补充答案']);
    const before = world.server.sent.length;
    await world.press(weak, buttonOf(weak, '补充答案').value);
    const form = await next(before);
    expect(shownText(form)).toContain('问题：量子计算机怎么预约');
    await world.press(form, buttonOf(form, '添加').value, { form: { lines: '量子计算机在实验室网站预约' } });
    expect(await texts()).toContain('量子计算机在实验室网站预约');
    expect(await world.store.questions.gaps()).toEqual([]);
  });

  it('lets nobody but editors through buttons and forms', async () => {
    await start({ transport, lines: ['食堂中午开门'], editors: ['ou_keeper'] });
    const weak = await say('量子计算机怎么预约');
    expect(await world.press(weak, buttonOf(weak, '补充答案').value)).toMatch(/只有编辑者/);
    const form = await say('/kb add', 'ou_keeper');
    const submit = buttonOf(form, '添加').value;
    expect(await world.press(form, submit, { form: { lines: '一行' } })).toMatch(/只有编辑者/);
    expect(await texts()).toEqual(['食堂中午开门']);
    const asked = await say('/kb add 食堂中午开门！', 'ou_keeper');
    for (const label of ['仍然添加', '保留原内容', '替换'])
      expect(await world.press(asked, buttonOf(asked, label).value)).toMatch(/只有编辑者/);
    expect(await texts()).toEqual(['食堂中午开门']);
    await world.press(asked, buttonOf(asked, '替换').value, { userId: 'ou_keeper' });
    expect(await texts()).toEqual(['食堂中午开门！']);
  });

  it('asks about each of several near-duplicates on a card of its own', async () => {
    await start({ transport, lines: ['食堂中午开门', '停车场在地下二层'] });
    await world.deliver(messageEvent({ text: '/kb add 食堂中午开门！\n停车场在地下二层。\n打印机在三楼' }));
    const [added, first, second] = await world.server.waitForSent(3);
    if (!added || !first || !second) throw new Error('no reply');
    expect(shownText(added)).toContain('打印机在三楼');
    await world.press(first, buttonOf(first, '保留原内容').value);
    await world.press(second, buttonOf(second, '仍然添加').value);
    expect(await texts()).toHaveLength(4);
  });

  it('does a press once however often it arrives, and refuses what is no button of ours', async () => {
    await start({ transport, lines: ['食堂中午开门'] });
    const asked = await say('/kb add 食堂中午开门！');
    const { value } = buttonOf(asked, '仍然添加');
    const [one, two] = await Promise.all([
      world.press(asked, value, { eventId: 'e1' }),
      world.press(asked, value, { eventId: 'e1' }),
    ]);
    expect([one, two].toSorted()).toEqual(['已完成。', '已添加'].toSorted());
    for (const bad of [null, 'x', { a: 'drop' }, { a: 'add', l: 'zh' }, { a: 'page', l: 'zh', p: -1 }])
      expect(await world.press(asked, bad)).toBe('这个按钮已失效，请重新提问。');
  });
});

describe('a press that takes long', () => {
  it('is answered in time, and the card changes later', async () => {
    await start({ lines: ['食堂中午开门'], timing: { callbackMs: 20 } });
    const asked = await say('/kb add 食堂中午开门！');
    world.engine.delayMs = 300;
    expect(await world.press(asked, buttonOf(asked, '替换').value)).toBe('正在处理，结果稍后发到这里。');
    await world.server.waitUntil(() => shownText(asked).startsWith('已替换'));
    expect(await texts()).toEqual(['食堂中午开门！']);
  });

  it('survives an engine that is away', async () => {
    await start({ lines: ['食堂中午开门'], timing: { callbackMs: 50 } });
    const asked = await say('/kb add 食堂中午开门！');
    world.engine.down = true;
    await world.press(asked, buttonOf(asked, '替换').value);
    await world.restart();
    expect(await texts()).toEqual(['食堂中午开门']);
    world.engine.down = false;
    await world.server.waitUntil(() => shownText(asked).startsWith('已替换'));
  });
});

describe('lists', () => {
  it('turn pages in place', async () => {
    await start({ lines: Array.from({ length: 45 }, (_, i) => `line ${i}`) });
    const list = await say('/kb list');
    expect(shownText(list)).toContain('第 1 页，共 3 页');
    await world.press(list, buttonOf(list, '下一页').value);
    expect(shownText(list)).toContain('第 2 页，共 3 页');
    expect(buttonsOf(list).map(({ label }) => label)).toEqual(['上一页', '下一页']);
  });

  it('stay under the limits with the longest lines', async () => {
    await start({ lines: Array.from({ length: 20 }, (_, i) => `${i} ${'长🍜'.repeat(950)}`) });
    const list = await say('/kb list');
    expect(list.type).toBe('interactive');
    expect((await say('/kb stats')).type).toBe('interactive');
    expect((await say('/kb inspect 长长长')).type).toBe('interactive');
  });

  it('show the whole of a line that was cut, on request', async () => {
    const long = `打印机 ${'🍜'.repeat(1900)}`;
    await start({ lines: [...Array.from({ length: 4 }, (_, i) => `${long}${i}`), long] });
    const answer = await say(long);
    const button = buttonsOf(answer).find(({ label }) => label.startsWith('显示第'));
    const before = world.server.sent.length;
    await world.press(answer, button?.value);
    expect(shownText(await next(before))).toContain('🍜'.repeat(1900));
  });
});
