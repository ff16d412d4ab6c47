import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { answerMessages } from '../../../src/messages/answer.ts';
import { commandMessages } from '../../../src/messages/commands.ts';
import { errorMessages } from '../../../src/messages/errors.ts';
import { slackMessages } from '../../../src/messages/slack.ts';
import { visibleText } from '../../support/slack-server/read-message.ts';
import { openStage, read, type Stage } from './support/slack-stage.ts';

const LINES = ['The printer is on the third floor.', 'Lunch is served at noon.'];
const [PRINTER = ''] = LINES;

describe.each(['socket', 'http'] as const)('curating by %s', (transport) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ transport, lines: LINES, editors: ['U1'] });
  });
  afterAll(() => stage.close());
  const lastModal = async (count: number) => {
    await vi.waitFor(() => expect(stage.world.slack.modals).toHaveLength(count), 5_000);
    return stage.world.slack.modals.at(-1) ?? {};
  };
  const stored = async () => (await stage.store.lines.list({ pageSize: 100 })).items.map(({ text }) => text);

  it('adds in a thread, with the id, the name of who added it, and a link in the history', async () => {
    await stage.say(
      stage.world.mention('U1', 'C1', 'kb add The gym opens at seven.', {
        ts: '1700000005.000200',
        thread_ts: '1700000005.000100',
      }),
    );
    const [reply] = await stage.news();
    expect(reply?.thread).toBe('1700000005.000100');
    const line = (await stage.store.lines.list()).items.find(({ text }) => text.includes('gym'));
    expect(read(reply)).toContain(line?.id);
    expect(read(reply)).toContain('name of U1');
    expect(line).toMatchObject({ addedBy: 'U1', source: 'slack' });
    const [change] = await stage.store.lines.history();
    expect(change?.by).toMatchObject({
      id: 'U1',
      permalink: 'https://team.slack.test/archives/C1/p1700000005000200',
    });
  });

  it('opens a form for /kb add alone, checks it, and adds its lines', async () => {
    await stage.say(stage.world.command('U1', 'C1', 'add'));
    const modal = await lastModal(1);
    const empty = await stage.world.deliver(stage.world.submit('U1', modal, ' \n '));
    expect(empty.payload).toEqual({
      response_action: 'errors',
      errors: { lines: slackMessages.en.addNeedsText },
    });
    await stage.say(stage.world.submit('U1', modal, 'Parking is on level two.\n\n访客请在前台登记。'));
    const [reply] = await stage.news();
    expect(reply).toMatchObject({ channel: 'C1', onlyFor: 'U1' });
    expect(await stored()).toEqual(
      expect.arrayContaining(['Parking is on level two.', '访客请在前台登记。']),
    );
  });

  it('opens the form from the button under a mention without lines', async () => {
    await stage.say(stage.world.mention('U1', 'C1', 'kb add'));
    const [reply] = await stage.news();
    await stage.say(stage.world.press('U1', stage.world.button(reply, 'open_add'), reply));
    await lastModal(2);
  });

  it('opens no form for others and lets none of their buttons change a line', async () => {
    await stage.say(stage.world.command('U2', 'C1', 'add'));
    expect(read((await stage.news())[0])).toBe(errorMessages.en.forbidden);
    await stage.say(stage.world.command('U1', 'C1', 'add The printer is on the third floor!'));
    const [asked] = await stage.news();
    for (const name of ['add_anyway', 'replace_old']) {
      await stage.say(stage.world.press('U2', stage.world.button(asked, name), asked));
      expect(read((await stage.news())[0])).toBe(errorMessages.en.forbidden);
    }
    expect(await stored()).toContain(PRINTER);
    expect(await stored()).not.toContain('The printer is on the third floor!');
    await stage.say(stage.world.press('U1', stage.world.button(asked, 'keep_old'), asked));
    await vi.waitFor(() => expect(read(asked)).toBe(commandMessages.en.kept), 5_000);
  });

  it('asks about a line of 2,000 characters too, and replaces it', async () => {
    const long = `${'The canteen serves breakfast, lunch and dinner every day. '.repeat(34)}`.trim();
    await stage.store.lines.add([long], { id: 'operator', source: 'terminal' });
    const longer = `${long}!`;
    await stage.say(stage.world.direct('U1', `kb add ${longer}`));
    const [asked] = await stage.news();
    await stage.say(stage.world.press('U1', stage.world.button(asked, 'replace_old'), asked));
    await vi.waitFor(async () => {
      const lines = await stored();
      expect(lines).toContain(longer);
      expect(lines).not.toContain(long);
    }, 5_000);
    await stage.say(stage.world.direct('U1', 'kb undo'));
    expect(read((await stage.news())[0])).toContain(commandMessages.en.undoneReplace);
    expect(await stored()).toContain(long);
  });

  it('shows a line that was cut in whole', async () => {
    await stage.say(stage.world.direct('U1', 'The canteen serves breakfast, lunch and dinner every day.'));
    const [reply] = await stage.news();
    await stage.say(stage.world.press('U2', stage.world.button(reply, 'show_line'), reply));
    const modal = await lastModal(3);
    expect(visibleText(modal.blocks)).toContain(
      'The canteen serves breakfast, lunch and dinner every day. '.repeat(34).trim(),
    );
  });

  it('turns the pages of the list', async () => {
    const many = Array.from({ length: 30 }, (_, i) => `Room ${i} has ${i * 7} chairs and ${i * 3} lamps`);
    await stage.store.lines.add(many, { id: 'operator', source: 'terminal' });
    await stage.say(stage.world.command('U2', 'C1', 'list'));
    const [page] = await stage.news();
    expect(read(page)).toContain('Lines, page 1 of 2');
    await stage.say(stage.world.press('U2', stage.world.button(page, 'Next'), page));
    await vi.waitFor(() => expect(read(page)).toContain('Lines, page 2 of 2'), 5_000);
    expect(stage.world.button(page, 'Previous')).toBeDefined();
  });

  it('takes feedback, shows the gap, and answers it in the form with the question at hand', async () => {
    await stage.say(stage.world.direct('U2', 'zzzz qqqq xxxx'));
    const [reply] = await stage.news();
    await stage.say(stage.world.press('U2', stage.world.button(reply, 'feedback_not_helped'), reply));
    expect(read((await stage.news())[0])).toBe(answerMessages.en.thanksNotHelped);
    await stage.say(stage.world.command('U1', 'C1', 'gaps'));
    const [gaps] = await stage.news();
    expect(read(gaps)).toContain('zzzz qqqq xxxx');
    await stage.say(stage.world.press('U1', stage.world.button(gaps, 'answer_gap'), gaps));
    const modal = await lastModal(4);
    expect(visibleText(modal.blocks)).toContain('zzzz qqqq xxxx');
    await stage.say(stage.world.submit('U1', modal, 'Zzzz qqqq means good night.'));
    await stage.news();
    expect(await stored()).toContain('Zzzz qqqq means good night.');
    expect(await stage.store.questions.gaps()).toEqual([]);
    expect((await stage.store.questions.stats()).notHelped).toBe(1);
  });

  it('shows the home tab in the person’s language, and keeps it up to date', async () => {
    stage.world.slack.locales.set('U1', 'zh-CN');
    await stage.say(stage.world.direct('U9', 'vvvv wwww'));
    await stage.news();
    const fresh = () => JSON.stringify(stage.world.slack.homes.get('U7'));
    await stage.say(stage.world.openHome('U7'));
    await vi.waitFor(() => expect(fresh()).toContain('vvvv wwww'), 5_000);
    expect(fresh()).toContain(slackMessages.en.homeTitle);
    stage.world.slack.locales.set('U8', 'zh-TW');
    await stage.say(stage.world.openHome('U8'));
    await vi.waitFor(
      () => expect(JSON.stringify(stage.world.slack.homes.get('U8'))).toContain(slackMessages.zh.homeTitle),
      5_000,
    );
    const home = stage.world.slack.homes.get('U7');
    const button = stage.world.button({ blocks: home?.blocks } as never, 'answer_gap');
    await stage.say(stage.world.press('U1', button));
    const modal = await lastModal(5);
    await stage.say(stage.world.submit('U1', modal, 'Vvvv wwww is a game.'));
    expect(await stage.news()).toMatchObject([{ channel: 'U1' }]);
    await vi.waitFor(() => expect(stage.world.slack.homes.has('U1')).toBe(true), 5_000);
  });

  it('says that a button is too old or not one of its own', async () => {
    const button = { label: 'x', actionId: 'share', value: '{"l":"en"}' };
    await stage.say(stage.world.direct('U2', PRINTER));
    const [reply] = await stage.news();
    for (const each of [button, { ...button, actionId: 'unknown' }, { ...button, value: 'not JSON' }]) {
      await stage.say(stage.world.press('U2', each, reply));
      expect(read((await stage.news())[0])).toBe(slackMessages.en.staleButton);
    }
  });

  it('says so where Slack does not open a form any more', async () => {
    stage.world.slack.failures.set('views.open', 'expired_trigger_id');
    await stage.say(stage.world.command('U1', 'C1', 'add'));
    expect(read((await stage.news())[0])).toBe(errorMessages.en.busy);
    stage.world.slack.failures.clear();
  });

  it('makes no call that Slack does not know', () => {
    const known =
      /^(auth\.test|apps\.connections\.open|chat\.(postMessage|postEphemeral|getPermalink)|views\.(open|publish)|users\.info)$/u;
    expect(stage.world.slack.calls.filter(({ method }) => !known.test(method))).toEqual([]);
  });
});
