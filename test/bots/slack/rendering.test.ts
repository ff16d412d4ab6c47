import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/bots/core/answer.ts';
import type { CommandResult } from '../../../src/bots/core/command-result.ts';
import { renderResult } from '../../../src/bots/slack/render-result.ts';
import { addDialog, homeView, lineDialog } from '../../../src/bots/slack/views.ts';
import { KbError } from '../../../src/errors.ts';
import type { Language } from '../../../src/language.ts';
import { answerMessages } from '../../../src/messages/answer.ts';
import { pings, visibleButtons, visibleText } from '../../support/slack-server/read-message.ts';
import { messageProblem, viewProblem } from '../../support/slack-server/validate-blocks.ts';

const at = new Date('2026-01-05T09:00:00Z');
const by = { id: 'U1', source: 'slack' };
const line = (id: string, text: string) => ({ id, text, source: 'slack', addedBy: 'U1', addedAt: at });
const match = (id: string, text: string, score: number) => ({
  id,
  text,
  score,
  lowConfidence: score <= 0.4,
  source: 'faq.txt',
});
const answer = (language: Language, matches: Answer['matches']): Answer => ({
  question: 'q',
  language,
  model: 'builtin',
  threshold: 0.4,
  lowConfidence: matches[0]?.lowConfidence ?? true,
  matches,
  lineCount: 5,
  questionId: 'q1',
});
const gap = (id: string, question: string, count: number) => ({
  id,
  question,
  otherWordings: count > 1 ? ['another wording', '另一种问法'] : [],
  count,
  lastAskedAt: at,
});
const stats = {
  questionsThisWeek: 8,
  weakThisWeek: 2,
  helped: 5,
  notHelped: 1,
  questionsEver: 40,
  lines: 120,
  model: 'builtin',
  topGaps: [gap('g1', 'How do I get a badge?', 3), gap('g2', '怎么申请门禁卡？', 1)],
};
const options = { private: true, hold: () => 'h1', nameOf: () => 'Mei' };

const strong = answer('en', [
  match('k3m9aaaaaaaa', 'The printer is on the third floor next to the kitchen.', 0.8),
  match('b7c2aaaaaaaa', 'Printer paper is in the cupboard by the stairs.', 0.5123),
  match('d4e5aaaaaaaa', 'The kitchen is cleaned every Friday.', 0.4),
  match('f6g7aaaaaaaa', 'Parking is on level two.', 0.1207),
  match('h8j9aaaaaaaa', 'Visitors sign in at the front desk.', -0.0312),
]);
const inspection = {
  text: 'The printer',
  model: 'builtin',
  fingerprint: 'builtin-1',
  dimensions: 256,
  tokens: 3,
  firstValues: Array.from({ length: 50 }, (_, i) => Math.sin(i) / 16),
  norm: 1,
  min: -0.0625,
  max: 0.0625,
  mean: 0.001,
  standardDeviation: 0.0623,
  histogram: Array.from({ length: 20 }, (_, i) => 10 - Math.abs(10 - i)),
  nearest: strong.matches,
};

const results: Readonly<Record<string, CommandResult>> = {
  answer: { kind: 'answer', language: 'en', answer: strong },
  'answer-weak': {
    kind: 'answer',
    language: 'zh',
    answer: answer('zh', [
      match('k3m9aaaaaaaa', '打印机在三楼茶水间旁边。', 0.3999),
      match('b7c2aaaaaaaa', '年假请在人事系统里申请。', 0.0512),
    ]),
  },
  'answer-empty': { kind: 'answer', language: 'en', answer: { ...answer('en', []), lineCount: 0 } },
  'answer-hostile': {
    kind: 'answer',
    language: 'en',
    answer: answer('en', [
      match(
        'a',
        '<!channel> <@U123> <!subteam^S1|team> *bold* _it_ `code` <https://x.example|click> &amp;',
        0.9,
      ),
      match('b', 'المطبخ في الطابق الثالث 👩‍👩‍👧‍👦 🎉', 0.5),
    ]),
  },
  'answer-long': {
    kind: 'answer',
    language: 'en',
    answer: answer(
      'en',
      Array.from({ length: 5 }, (_, i) =>
        match(`id${i}`, `${i} ${'long line & <more> '.repeat(110)}`, 0.9 - i / 10),
      ),
    ),
  },
  added: {
    kind: 'added',
    language: 'en',
    added: [line('k3m9aaaaaaaa', 'The gym opens at seven.')],
    duplicates: [line('b7c2aaaaaaaa', 'Parking is on level two.')],
    rejected: [{ text: 'x'.repeat(2001), reason: 'line_too_long', length: 2001 }],
    nearDuplicates: [],
  },
  'near-duplicate': {
    kind: 'added',
    language: 'en',
    added: [],
    duplicates: [],
    rejected: [],
    nearDuplicates: [
      {
        text: 'The printer is on floor 3.',
        existing: match('k3m9aaaaaaaa', 'The printer is on the third floor.', 0.8552),
      },
    ],
  },
  list: {
    kind: 'list',
    language: 'en',
    page: {
      items: [line('k3m9aaaaaaaa', 'The gym opens at seven.'), line('b7c2aaaaaaaa', '停车场在地下二层。')],
      page: 2,
      pages: 3,
      total: 42,
    },
  },
  removed: { kind: 'removed', language: 'zh', line: line('b7c2aaaaaaaa', '停车场在地下二层。') },
  replaced: {
    kind: 'replaced',
    language: 'en',
    removed: line('k3m9aaaaaaaa', 'The gym opens at seven.'),
    added: line('b7c2aaaaaaaa', 'The gym opens at six.'),
  },
  undone: {
    kind: 'undone',
    language: 'en',
    change: {
      id: 'c1',
      action: 'remove',
      at,
      by,
      added: [],
      removed: [{ id: 'k3m9aaaaaaaa', text: 'The gym opens at seven.' }],
    },
  },
  inspection: { kind: 'inspection', language: 'en', inspection },
  gaps: { kind: 'gaps', language: 'en', gaps: stats.topGaps },
  stats: { kind: 'stats', language: 'zh', stats },
  help: { kind: 'help', language: 'en' },
  hint: { kind: 'hint', language: 'en', name: 'frob`<!here>', reason: 'unknown' },
  failed: { kind: 'failed', language: 'zh', error: new KbError('forbidden') },
  'add-form': { kind: 'add-form', language: 'en' },
  'nothing-to-undo': { kind: 'nothing-to-undo', language: 'en' },
};

const fixture = (name: string) => `../../fixtures/slack/${name}.json`;
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

describe('replies', () => {
  it.each(Object.entries(results))(
    '%s is as in its fixture, within the limits, and pings nobody',
    async (name, result) => {
      const message = renderResult(result, options);
      expect(messageProblem(message.text, message.blocks)).toBeUndefined();
      expect(messageProblem(message.text, undefined)).toBeUndefined();
      expect(pings(message.text, message.blocks)).toEqual([]);
      await expect(json(message)).toMatchFileSnapshot(fixture(name));
    },
  );

  it.each([
    ['modal-add', addDialog({ l: 'en', channel: 'C1', gap: 'g1' }, 'How do I get a <badge>?')],
    ['modal-line', lineDialog(line('k3m9aaaaaaaa', '长'.repeat(2000)), 'zh')],
    ['home', homeView(stats, 'zh')],
  ])('%s is as in its fixture and within the limits', async (name, view) => {
    expect(viewProblem(view)).toBeUndefined();
    await expect(json(view)).toMatchFileSnapshot(fixture(name));
  });

  it('shows the warning first, then rank, line, score and a bar that is the score', () => {
    const weak = results['answer-weak'];
    const text = visibleText(weak && renderResult(weak, options).blocks);
    expect(text.startsWith(`:warning: *${answerMessages.zh.weak}*`)).toBe(true);
    expect(visibleText(results.answer && renderResult(results.answer, options).blocks)).toContain(
      `1. The printer is on the third floor next to the kitchen.\n🟢 ${'█'.repeat(16)}░░░░ 0.8000`,
    );
    expect(text).toContain(`⚪ ████████${'░'.repeat(12)} 0.3999 弱匹配`);
  });
});

describe('whatever comes, a reply is within the limits', () => {
  const texts = [
    '&'.repeat(2000),
    '"\\'.repeat(1000),
    '👩‍👩‍👧‍👦'.repeat(200),
    '长'.repeat(2000),
    '<!channel>'.repeat(200),
    '\u202Ex'.repeat(1000),
  ];
  const many = Array.from({ length: 50 }, (_, i) => texts[i % texts.length] ?? '');
  const near = many.map((text, i) => ({ text, existing: match(`i${i}`, text, 0.9) }));
  const hostile: Readonly<Record<string, CommandResult>> = {
    '50 long matches': {
      kind: 'answer',
      language: 'en',
      answer: answer(
        'en',
        many.map((text, i) => match(`i${i}`, text, 0.9)),
      ),
    },
    '50 near-duplicates': {
      kind: 'added',
      language: 'en',
      added: [],
      duplicates: [],
      rejected: [],
      nearDuplicates: near,
    },
    '50 of all kinds': {
      kind: 'added',
      language: 'zh',
      added: many.map((text, i) => line(`i${i}`, text)),
      duplicates: many.map((text, i) => line(`i${i}`, text)),
      rejected: many.map((text) => ({ text, reason: 'line_too_long' as const, length: 3000 })),
      nearDuplicates: near,
    },
    '50 lines in a list': {
      kind: 'list',
      language: 'en',
      page: { items: many.map((text, i) => line(`i${i}`, text)), page: 1, pages: 1, total: 50 },
    },
    '50 gaps': {
      kind: 'gaps',
      language: 'zh',
      gaps: many.map((text, i) => ({ ...gap(`g${i}`, text, 9), otherWordings: [text, text, text] })),
    },
    '50 lines back': {
      kind: 'undone',
      language: 'en',
      change: {
        id: 'c',
        action: 'add',
        at,
        by,
        added: many.map((text, i) => ({ id: `i${i}`, text })),
        removed: [],
      },
    },
    'a long inspection': {
      kind: 'inspection',
      language: 'en',
      inspection: {
        ...inspection,
        text: texts[0] ?? '',
        nearest: many.map((text, i) => match(`i${i}`, text, 0.9)),
      },
    },
  };
  it.each(Object.entries(hostile))('%s', (_, result) => {
    const { text, blocks } = renderResult(result, options);
    expect(messageProblem(text, blocks)).toBeUndefined();
    expect(pings(text, blocks)).toEqual([]);
    expect(visibleText(blocks).length).toBeGreaterThan(20);
  });

  it('a home tab full of long gaps', () => {
    const topGaps = many.slice(0, 20).map((text, i) => gap(`g${i}`, text, 2));
    expect(viewProblem(homeView({ ...stats, topGaps }, 'en'))).toBeUndefined();
  });

  it('a cut line has a button that shows it in whole', () => {
    const long = results['answer-long'];
    const { blocks } = renderResult(long ?? { kind: 'help', language: 'en' }, options);
    const labels = visibleButtons(blocks).map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(['Show all of 1', 'Show all of 5']));
  });

  it('the validator refuses what Slack refuses', () => {
    const section = { type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3001) } };
    expect(messageProblem('x', [section])?.error).toBe('invalid_blocks');
    const fine = { type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(2900) } };
    expect(messageProblem('x', [fine, fine, fine, fine])).toBeUndefined();
    expect(messageProblem('x', [fine, fine, fine, fine, fine])?.error).toBe('msg_blocks_too_long');
    expect(
      messageProblem(
        'x',
        Array.from({ length: 51 }, () => ({ type: 'divider' })),
      )?.error,
    ).toBe('invalid_blocks');
  });
});
