import { afterEach, describe, expect, it, vi } from 'vitest';
import { answerMessages } from '../../src/messages/answer.ts';
import { commandMessages } from '../../src/messages/commands.ts';
import { errorMessages } from '../../src/messages/errors.ts';
import type { Store } from '../../src/store/store.ts';

/** Buttons by what they do; each platform has its own words and ids for them. */
export type ButtonName = 'helped' | 'not-helped' | 'add-anyway' | 'keep-old' | 'replace';

/** A message of the bot as a person sees it. */
export interface ContractReply {
  /** All of its text, top to bottom, decoded as the platform shows it. */
  readonly text: string;
  readonly buttons: readonly ButtonName[];
  /** Everything in it that the platform would turn into a mention, a broadcast or a link. */
  readonly pings: readonly string[];
}

export interface Sender {
  readonly user: string;
  readonly chat: 'direct' | 'group';
}

/** One bot on a local copy of its platform, with the real store and the real builtin model behind it. */
export interface ContractBot {
  /** Delivers a message (in a group with the bot's mention before it); resolves, with its delivery, once acknowledged. */
  send(text: string, from?: Sender): Promise<unknown>;
  /** Delivers the same thing again, as the platform does that saw no acknowledgement. */
  redeliver(delivery: unknown): Promise<void>;
  /** Presses a button of a reply. */
  press(reply: ContractReply, button: ButtonName, user?: string): Promise<void>;
  /** Everything that the bot has said so far, oldest first; a reply that was replaced shows what it says now. */
  replies(): readonly ContractReply[];
  readonly engine: { down: boolean };
  readonly store: Store;
  /** Stops the bot and starts another on the same store. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface ContractOptions {
  readonly editors?: readonly string[];
  /** Lines that are there at the start. */
  readonly lines?: readonly string[];
}

const LINES = [
  'The printer is on the third floor.',
  'Lunch is served at noon in the canteen.',
  '年假请在人事系统里申请。',
];
const [PRINTER = ''] = LINES;

/** What every chat platform's bot does alike. `open` is called for every test. */
export function testBot(name: string, open: (options: ContractOptions) => Promise<ContractBot>): void {
  describe(`${name} as a bot`, () => {
    let bot: ContractBot | undefined;
    afterEach(async () => {
      await bot?.close();
      bot = undefined;
    });
    const set = async (options: ContractOptions = {}) => {
      bot = await open({ lines: LINES, ...options });
      return bot;
    };
    /** The replies once there are `count`, and that no more come. */
    const replies = async (of: ContractBot, count: number) => {
      await vi.waitFor(() => expect(of.replies().length).toBeGreaterThanOrEqual(count), 10_000);
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(of.replies()).toHaveLength(count);
      return of.replies();
    };
    const reply = async (of: ContractBot, number = 1) => {
      const last = (await replies(of, number))[number - 1];
      if (!last) throw new Error('There is no reply');
      return last;
    };
    const texts = async (of: ContractBot) =>
      (await of.store.lines.list({ pageSize: 100 })).items.map(({ text }) => text);

    it.each(['direct', 'group'] as const)('answers a question in a %s chat', async (chat) => {
      const of = await set();
      await of.send(PRINTER, { user: 'u1', chat });
      const { text, buttons } = await reply(of);
      expect(text).toContain(PRINTER);
      expect(text).toContain('1.0000');
      expect(text).toContain('█'.repeat(10));
      expect(text).not.toContain(answerMessages.en.weak);
      expect(buttons).toEqual(['helped', 'not-helped']);
    });

    it('answers a Chinese question in Chinese, full-width command included', async () => {
      const of = await set();
      await of.send('／ｋｂ　帮助');
      expect((await reply(of)).text).toContain(commandMessages.zh.help.split('\n')[0]);
    });

    it('warns first where the best match is weak, and keeps the question as a gap', async () => {
      const of = await set();
      await of.send('zzz qqq xxx');
      const { text } = await reply(of);
      expect(text).toContain(answerMessages.en.weak);
      expect(text.indexOf(answerMessages.en.weak)).toBeLessThan(text.indexOf(PRINTER.slice(0, 5)));
      expect(text).toContain(answerMessages.en.weakMark);
      expect((await of.store.questions.gaps())[0]?.question).toBe('zzz qqq xxx');
    });

    it('says how to begin where nothing is there yet', async () => {
      const of = await set({ lines: [] });
      await of.send('Where is the printer?');
      expect((await reply(of)).text).toContain('/kb add');
    });

    it('adds lines, takes them back, and removes one by its id', async () => {
      const of = await set({ lines: [] });
      await of.send('/kb add The gym opens at seven.\n停车场在地下二层。');
      const added = await reply(of, 1);
      expect(added.text).toContain('The gym opens at seven.');
      expect(await texts(of)).toHaveLength(2);
      const { items } = await of.store.lines.list();
      for (const { id, addedBy } of items) {
        expect(added.text).toContain(id);
        expect(addedBy).not.toBe('');
      }
      await of.send('kb undo');
      const undone = (await reply(of, 2)).text;
      const gone = [commandMessages.en.undoneAdd, commandMessages.zh.undoneAdd];
      expect(gone.some((sentence) => undone.includes(sentence))).toBe(true);
      expect(await texts(of)).toEqual([]);
      await of.send('kb: add The gym opens at seven.');
      await reply(of, 3);
      const [line] = (await of.store.lines.list()).items;
      await of.send(`/kb remove ${line?.id}`);
      expect((await reply(of, 4)).text).toContain('The gym opens at seven.');
      expect(await texts(of)).toEqual([]);
      await of.send('/kb remove zzzzzzzz');
      expect((await reply(of, 5)).text).toContain('zzzzzzzz');
    });

    describe('asked to add a line of nearly the same meaning', () => {
      const NEW = 'The printer is on the third floor!';

      it('shows the old one and asks', async () => {
        const of = await set();
        await of.send(`/kb add ${NEW}`);
        const asked = await reply(of);
        expect(asked.buttons).toEqual(['add-anyway', 'keep-old', 'replace']);
        expect(asked.text).toContain(NEW);
        expect(asked.text).toContain(PRINTER);
        expect(await texts(of)).not.toContain(NEW);
      });

      it.each([
        ['add-anyway', [PRINTER, NEW]],
        ['keep-old', [PRINTER]],
        ['replace', [NEW]],
      ] as const)('does what %s says', async (button, expected) => {
        const of = await set({ lines: [PRINTER] });
        await of.send(`/kb add ${NEW}`);
        await of.press(await reply(of), button);
        await vi.waitFor(
          async () => expect((await texts(of)).toSorted()).toEqual([...expected].toSorted()),
          5_000,
        );
        await vi.waitFor(() => {
          const shown = of.replies().at(-1)?.text ?? '';
          const { added, kept, replaced } = commandMessages.en;
          expect(shown).toContain({ 'add-anyway': added, 'keep-old': kept, replace: replaced }[button]);
        }, 5_000);
      });
    });

    it('counts "did not help", and lists the question as a gap', async () => {
      const of = await set();
      await of.send(PRINTER);
      await of.press(await reply(of), 'not-helped');
      await vi.waitFor(async () => expect((await of.store.questions.stats()).notHelped).toBe(1), 5_000);
      await vi.waitFor(
        () => expect(of.replies().at(-1)?.text).toContain(answerMessages.en.thanksNotHelped),
        5_000,
      );
      expect((await of.store.questions.gaps())[0]?.question).toBe(PRINTER);
    });

    it('lets only editors change lines, and says so politely', async () => {
      const of = await set({ editors: ['keeper'] });
      const [line] = (await of.store.lines.list()).items;
      for (const [i, text] of ['/kb add x', `/kb remove ${line?.id}`, '/kb undo'].entries()) {
        await of.send(text, { user: 'guest', chat: 'group' });
        expect((await reply(of, i + 1)).text).toContain(errorMessages.en.forbidden);
      }
      expect(await texts(of)).toHaveLength(LINES.length);
      await of.send('/kb add The gym opens at seven.', { user: 'keeper', chat: 'group' });
      await reply(of, 4);
      expect(await texts(of)).toContain('The gym opens at seven.');
    });

    it.each(['/kb frobnicate now', '/kb remove', '/kb list zero', '/kb ask'])(
      'hints at what is wrong with %j',
      async (text) => {
        const of = await set();
        await of.send(text);
        expect((await reply(of)).text).toContain('/kb');
      },
    );

    it.each(['list', 'inspect The printer', 'gaps', 'stats', 'help'])('runs /kb %s', async (command) => {
      const of = await set();
      await of.send(`/kb ${command}`);
      const { text } = await reply(of);
      const expected = {
        list: PRINTER,
        inspect: commandMessages.en.histogram,
        gaps: commandMessages.en.gapsEmpty,
        stats: 'builtin',
        help: '/kb add',
      }[command.split(' ')[0] ?? ''];
      expect(text).toContain(expected);
    });

    it('answers once what is delivered often, across a restart too', async () => {
      const of = await set();
      const delivery = await of.send(PRINTER);
      await of.redeliver(delivery);
      await reply(of);
      await of.redeliver(delivery);
      await of.restart();
      await of.redeliver(delivery);
      await reply(of);
    });

    it('answers two questions that arrive at once', async () => {
      const of = await set();
      const from = { user: 'u1', chat: 'group' } as const;
      await Promise.all([of.send(PRINTER, from), of.send('Lunch is served at noon in the canteen.', from)]);
      const both = await replies(of, 2);
      expect(both.some(({ text }) => text.includes(`1. ${PRINTER}`))).toBe(true);
      expect(both.some(({ text }) => text.includes('1. Lunch is served'))).toBe(true);
    });

    it('loses nothing while the engine is down: tells once, and answers when it is back', async () => {
      const of = await set();
      of.engine.down = true;
      await of.send(PRINTER);
      const told = await reply(of);
      expect(told.text).toContain(answerMessages.en.delayed);
      await of.restart();
      await reply(of);
      of.engine.down = false;
      const [, answer] = await replies(of, 2);
      expect(answer?.text).toContain('1.0000');
    });

    it('shows a line of 2,000 characters, and refuses one of 2,001 by its length', async () => {
      const of = await set({ lines: [] });
      const long = `${'长'.repeat(1_000)}${'&<>"'.repeat(250)}`;
      await of.send(`/kb add ${long}`);
      await reply(of, 1);
      expect(await texts(of)).toEqual([long]);
      await of.send('长'.repeat(20));
      expect((await reply(of, 2)).text).toContain('长'.repeat(50));
      await of.send(`/kb add ${long}x`);
      expect((await reply(of, 3)).text).toContain('2001');
    });

    it.each([
      ['emoji', 'Parties 🎉 are planned by 👩‍👩‍👧‍👦 in room 🏳️‍🌈'],
      ['right-to-left text', 'المطبخ في الطابق الثالث בקומה השלישית'],
      ['markup', '*bold* _it_ ~no~ `code` **b** [a](https://x.example) <font color="red">red</font>'],
    ])('shows %s as it was written', async (_, line) => {
      const of = await set({ lines: [line] });
      await of.send(line);
      const { text, pings } = await reply(of);
      expect(text).toContain(line);
      expect(pings).toEqual([]);
    });

    it('pings nobody, whatever a line, a question or a command holds', async () => {
      const evil = '<!channel> <@U123> <!here|x> @everyone <at id=all></at> <at user_id="all">all</at> @all';
      const of = await set({ lines: [evil] });
      await of.send('channel here everyone');
      await of.send(`/kb ${evil}`);
      await of.send('/kb list');
      await of.send(`/kb inspect ${evil}`);
      for (const { pings } of await replies(of, 4)) expect(pings).toEqual([]);
      expect((await replies(of, 4))[0]?.text).toContain(evil);
    });
  });
}
