import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerMessages } from '../../../src/messages/answer.ts';
import { slackMessages } from '../../../src/messages/slack.ts';
import { BOT_USER } from '../../support/slack-server/slack-server.ts';
import { openStage, read, type Stage } from './support/slack-stage.ts';

const LINES = [
  'The printer is on the third floor next to the kitchen.',
  'Lunch is served at noon.',
  '年假请在人事系统里申请。',
  'The gym opens at seven.',
  'Visitors sign in at the front desk.',
  'Parking is on level two.',
];
const [PRINTER = ''] = LINES;

describe.each(['socket', 'http'] as const)('asking by %s', (transport) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ transport, lines: LINES });
  });
  afterAll(() => stage.close());

  it('answers a direct message beside it, with five matches, scores, bars and buttons', async () => {
    await stage.say(stage.world.direct('U1', PRINTER));
    const [reply] = await stage.news();
    expect(reply).toMatchObject({ channel: 'DU1', thread: undefined });
    expect(reply?.onlyFor).toBeUndefined();
    const text = read(reply);
    expect(text).toContain(`1. ${PRINTER}\n🟢 ${'█'.repeat(20)} 1.0000`);
    expect(text).toMatch(/2\. .*\n⚪ [█▏▎▍▌▋▊▉░]{20} -?0\.\d{4} weak/u);
    expect(text).toContain('5. ');
    expect(text).not.toContain('6. ');
    expect(reply?.text).toContain(`1. ${PRINTER} (score 1.0000)`);
  });

  it('answers a top-level mention in its thread', async () => {
    await stage.say(stage.world.mention('U1', 'C1', PRINTER, { ts: '1700000001.000100' }));
    expect(await stage.news()).toMatchObject([{ channel: 'C1', thread: '1700000001.000100' }]);
  });

  it('answers a mention in a thread in the thread, twice where it is asked twice', async () => {
    const thread = { thread_ts: '1700000002.000100' };
    await stage.say(stage.world.mention('U1', 'C1', PRINTER, thread));
    await stage.say(stage.world.mention('U1', 'C1', 'Lunch is served at noon.', thread));
    const replies = await stage.news(2);
    expect(replies.map(({ thread }) => thread)).toEqual(['1700000002.000100', '1700000002.000100']);
    expect(read(replies[1])).toContain('1. Lunch');
  });

  it('answers once what arrives as a mention and as a message', async () => {
    const said = { ts: stage.world.slack.nextTs() };
    await Promise.all([
      stage.say(stage.world.mention('U1', 'C1', PRINTER, said)),
      stage.say(
        stage.world.mention('U1', 'C1', PRINTER, { ...said, type: 'message', channel_type: 'channel' }),
      ),
    ]);
    await stage.say(stage.world.direct('U2', 'Lunch is served at noon.'));
    expect(await stage.news(2)).toHaveLength(2);
  });

  it('answers the first copy that arrives, though Slack calls it a retry', async () => {
    const ack = await stage.world.deliver(stage.world.direct('U1', PRINTER), {
      attempt: 2,
      reason: 'http_timeout',
    });
    expect(ack.ok).toBe(true);
    await stage.news();
  });

  it('never answers bots, edits, joins, itself and strangers’ talk', async () => {
    const { world } = stage;
    const ignored = [
      world.direct('U1', PRINTER, { bot_id: 'B9' }),
      world.direct(BOT_USER, PRINTER),
      world.direct('U1', PRINTER, { subtype: 'message_changed' }),
      world.direct('U1', PRINTER, { subtype: 'message_deleted' }),
      world.direct('U1', PRINTER, { subtype: 'bot_message' }),
      world.direct('U1', PRINTER, { subtype: 'channel_join' }),
      world.mention('U1', 'C1', PRINTER, { edited: { user: 'U1', ts: '1' } }),
      world.event({
        type: 'message',
        channel_type: 'channel',
        user: 'U1',
        channel: 'C1',
        text: PRINTER,
        ts: world.slack.nextTs(),
      }),
      world.event({ type: 'member_joined_channel', user: 'U1', channel: 'C1' }),
      world.event({ type: 'message' }),
    ];
    for (const delivery of ignored) await stage.say(delivery);
    await stage.say(world.direct('U3', PRINTER));
    expect(await stage.news()).toMatchObject([{ channel: 'DU3' }]);
    expect(stage.engine.asked.at(-1)).toBe(PRINTER);
  });

  it('greets a mention without a question with the help', async () => {
    await stage.say(stage.world.mention('U1', 'C1', ''));
    expect(read((await stage.news())[0])).toContain('/kb add');
  });

  it('strips its own mention by id and reads names, links and entities as they were written', async () => {
    await stage.say(
      stage.world.mention(
        'U1',
        'C1',
        'ask &lt;b&gt; <@U77> in <#C9|general> &amp; <https://x.example|x.example> <!here>',
      ),
    );
    await stage.news();
    expect(stage.engine.asked.at(-1)).toBe('ask <b> @name of U77 in #general & x.example @here');
  });

  it('answers /kb ask to the asker alone, who can share it', async () => {
    await stage.say(stage.world.command('U1', 'C1', `ask ${PRINTER}`));
    const [reply] = await stage.news();
    expect(reply).toMatchObject({ channel: 'C1', onlyFor: 'U1' });
    await stage.say(stage.world.press('U1', stage.world.button(reply, 'share'), reply));
    const [shared] = await stage.news();
    expect(shared?.onlyFor).toBeUndefined();
    expect(shared?.channel).toBe('C1');
    expect(read(shared)).toContain(`1. ${PRINTER}`);
    expect(read(shared)).toContain('<@U1>');
    const asked = (await stage.store.questions.stats()).questionsEver;
    await stage.say(stage.world.command('U1', 'C1', `ask ${PRINTER}`));
    await stage.news();
    expect((await stage.store.questions.stats()).questionsEver).toBe(asked + 1);
  });

  it('answers the message shortcut to its user alone', async () => {
    await stage.say(stage.world.shortcut('U1', 'C1', 'Lunch is served at noon.'));
    const [reply] = await stage.news();
    expect(reply).toMatchObject({ channel: 'C1', onlyFor: 'U1' });
    expect(read(reply)).toContain('1. Lunch is served at noon.');
    await stage.say(stage.world.shortcut('U1', 'C1', ' '));
    expect(read((await stage.news())[0])).toContain(slackMessages.en.lookUpEmpty);
  });

  it('falls back where a response address has expired: to an ephemeral, then to a direct message', async () => {
    for (const [channel, expected] of [
      ['C1', { channel: 'C1', onlyFor: 'U1' }],
      ['CX', { channel: 'U1' }],
    ] as const) {
      stage.world.slack.foreign.add('CX');
      const delivery = stage.world.command('U1', channel, `ask ${PRINTER}`);
      stage.world.slack.expireResponses();
      await stage.say(delivery);
      expect(await stage.news()).toMatchObject([expected]);
    }
  });

  it('keeps a link to the question with it', async () => {
    await stage.say(stage.world.mention('U1', 'C1', 'zzzz qqqq', { ts: '1700000009.000100' }));
    await stage.news();
    const [gap] = await stage.store.questions.gaps();
    const question = await stage.store.questions.get(gap?.id ?? '');
    expect(question?.permalink).toMatch(/^https:\/\/team\.slack\.test\/archives\/C1\/p17000000\d+/u);
  });
});

describe('an answer that takes long', () => {
  it('gets a reaction meanwhile, which goes again', async () => {
    const stage = await openStage({ transport: 'socket', lines: LINES, slowMs: 10 });
    stage.engine.delayMs = 120;
    await stage.say(stage.world.direct('U1', PRINTER, { ts: '1700000003.000100' }));
    await stage.news();
    expect(stage.world.slack.reactions).toEqual([
      '+hourglass_flowing_sand 1700000003.000100',
      '-hourglass_flowing_sand 1700000003.000100',
    ]);
    await stage.say(stage.world.command('U1', 'C1', `ask ${PRINTER}`));
    const [sign, answer] = await stage.news(2);
    expect(read(sign)).toBe(answerMessages.en.searching);
    expect(read(answer)).toContain('1.0000');
    await stage.close();
  });
});
