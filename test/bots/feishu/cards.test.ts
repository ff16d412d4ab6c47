import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/bots/core/answer.ts';
import type { CommandResult } from '../../../src/bots/core/command-result.ts';
import { textBar } from '../../../src/bots/core/text-bar.ts';
import { renderResult } from '../../../src/bots/feishu/cards/render-result.ts';
import { literalText } from '../../../src/bots/feishu/literal-text.ts';
import { cardProblem } from '../../support/feishu-server/card-schema.ts';
import { drawCard } from '../../support/feishu-server/draw-card.ts';

const at = new Date('2026-01-05T09:00:00Z');
const line = (id: string, text: string) => ({
  id,
  text,
  source: 'feishu',
  addedBy: 'ou_keeper',
  addedAt: at,
});
const match = (id: string, text: string, score: number) => ({
  id,
  text,
  score,
  lowConfidence: score <= 0.4,
  source: 'faq.txt',
});

const strong: Answer = {
  question: '忘记密码怎么办？',
  language: 'zh',
  model: 'builtin',
  threshold: 0.4,
  lowConfidence: false,
  lineCount: 42,
  questionId: 'q1',
  matches: [
    match('a2b3c4d5e6f7', '重置密码：打开账号页面，点“忘记密码”，按邮件里的提示操作。', 0.8),
    match('b2b3c4d5e6f7', '账号被锁定后请联系 IT 服务台解锁。', 0.6312),
    match('c2b3c4d5e6f7', '密码至少 12 位，每 180 天更换一次。', 0.5525),
    match('d2b3c4d5e6f7', '<at id=all></at> **不是**提及，也不是加粗', 0.4),
    match('e2b3c4d5e6f7', '食堂中午十二点开门。', -0.0312),
  ],
};
const weak: Answer = {
  ...strong,
  language: 'en',
  question: 'Where do I park a bicycle?',
  lowConfidence: true,
  matches: [
    match('f2b3c4d5e6f7', 'The car park is on level B2.', 0.3871),
    match('g2b3c4d5e6f7', 'Lunch is at noon.', 0.0917),
  ],
};
const gap = {
  id: 'q7',
  question: '自行车停哪里？',
  otherWordings: ['Where do I park a bicycle?'],
  count: 3,
  lastAskedAt: at,
};
const existing = match('h2b3c4d5e6f7', '食堂中午开门', 0.9731);

const results: Record<string, CommandResult> = {
  'answer-strong': { kind: 'answer', language: 'zh', answer: strong },
  'answer-weak': { kind: 'answer', language: 'en', answer: weak },
  'answer-empty': {
    kind: 'answer',
    language: 'zh',
    answer: { ...strong, lowConfidence: true, matches: [], lineCount: 0 },
  },
  added: {
    kind: 'added',
    language: 'zh',
    added: [line('i2b3c4d5e6f7', '打印机在三楼')],
    duplicates: [line('j2b3c4d5e6f7', '停车场在地下二层')],
    rejected: [{ text: '长'.repeat(2001), reason: 'line_too_long', length: 2001 }],
    nearDuplicates: [],
  },
  'near-duplicate': {
    kind: 'added',
    language: 'zh',
    added: [],
    duplicates: [],
    rejected: [],
    nearDuplicates: [{ text: '食堂中午开门！', existing }],
  },
  form: { kind: 'add-form', language: 'zh' },
  gaps: { kind: 'gaps', language: 'zh', gaps: [gap] },
  stats: {
    kind: 'stats',
    language: 'en',
    stats: {
      questionsThisWeek: 40,
      weakThisWeek: 6,
      helped: 21,
      notHelped: 3,
      questionsEver: 512,
      lines: 42,
      model: 'builtin',
      topGaps: [gap],
    },
  },
  list: {
    kind: 'list',
    language: 'zh',
    page: { items: [line('k2b3c4d5e6f7', '打印机在三楼')], page: 2, pages: 3, total: 41 },
  },
  undone: {
    kind: 'undone',
    language: 'zh',
    change: {
      id: 'c1',
      action: 'remove',
      at,
      by: { id: 'ou_keeper', source: 'feishu' },
      added: [],
      removed: [{ id: 'l2b3c4d5e6f7', text: '打印机在三楼' }],
      undoes: 'c0',
    },
  },
};

describe('the cards', () => {
  it.each(Object.keys(results))("%s is as in its fixture, and passes the platform's schema", async (name) => {
    const result = results[name];
    const [first] = result ? renderResult(result) : [];
    if (!first?.card) throw new Error('no card');
    const json = JSON.stringify(first.card, undefined, 2);
    expect(cardProblem(json)).toBeUndefined();
    await expect(`${json}\n`).toMatchFileSnapshot(`../../fixtures/feishu/${name}.json`);
    await expect(drawCard(first.card)).toMatchFileSnapshot(`../../../docs/feishu/${name}.svg`);
  });

  it.each([
    [1, 20],
    [0.8, 16],
    [0.5, 10],
    [0, 0],
    [-0.3, 0],
  ])('fill the bar of %d with %d of 20 cells', (score, cells) => {
    expect(textBar(score)).toBe('█'.repeat(cells) + '░'.repeat(20 - cells));
  });

  it('keep the whole content in the text that stands in for them', () => {
    const [first] = renderResult({ kind: 'answer', language: 'zh', answer: strong });
    for (const { text, score } of strong.matches) {
      expect(first?.text).toContain(text);
      expect(first?.text).toContain(score.toFixed(4));
    }
  });
});

describe('the schema of the tests', () => {
  const card = (element: object) =>
    JSON.stringify({ schema: '2.0', body: { elements: [{ tag: 'hr' }, element] } });

  it.each([
    ['an unknown attribute', { tag: 'hr', colour: 'red' }],
    ['note', { tag: 'note', elements: [] }],
    ['action', { tag: 'action', actions: [] }],
    [
      'a form in a column',
      {
        tag: 'column_set',
        columns: [{ tag: 'column', elements: [{ tag: 'form', name: 'f', elements: [] }] }],
      },
    ],
    [
      'over 200 elements',
      { tag: 'column_set', columns: [{ tag: 'column', elements: Array(200).fill({ tag: 'hr' }) }] },
    ],
  ])('refuses %s', (_, element) => {
    expect(cardProblem(card(element))).toMatchObject({ code: 230099 });
    expect(cardProblem(card({ tag: 'hr' }))).toBeUndefined();
  });

  it('refuses over 30 KB', () => {
    const text = { tag: 'plain_text', content: 'x'.repeat(30 * 1024) };
    expect(cardProblem(card({ tag: 'div', text }))).toMatchObject({ code: 230025 });
  });
});

describe('a literal text', () => {
  it.each(['<at user_id="all">all</at>', '<b>x</b>', '[a](https://x.example)'])('breaks %s', (text) => {
    const literal = literalText(text);
    expect(literal).not.toBe(text);
    expect(literal.replaceAll('\u200b', '')).toBe(text);
    expect(literal).not.toMatch(/<[a-z/]|\]\(/i);
  });

  it('leaves others alone', () => {
    expect(literalText('1 < 2, a <- b, [x] (y)')).toBe('1 < 2, a <- b, [x] (y)');
  });
});
