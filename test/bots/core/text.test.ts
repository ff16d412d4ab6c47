import { describe, expect, it } from 'vitest';
import { preview } from '../../../src/bots/core/preview.ts';
import { textBar } from '../../../src/bots/core/text-bar.ts';
import { answerMessages } from '../../../src/messages/answer.ts';
import { commandMessages } from '../../../src/messages/commands.ts';
import { fillMessage } from '../../../src/messages/fill-message.ts';

describe('textBar', () => {
  it.each([
    [0.8, '████████░░'],
    [1, '██████████'],
    [0, '░░░░░░░░░░'],
    [-0.3, '░░░░░░░░░░'],
    [1.2, '██████████'],
    [0.45, '████▌░░░░░'],
  ])('fills %d of its length', (score, bar) => expect(textBar(score, 10)).toBe(bar));

  it('is always as long as asked and never off by more than half an eighth of a cell', () => {
    const eighths = '▏▎▍▌▋▊▉';
    for (let score = 0; score <= 1; score += 0.0037) {
      const bar = [...textBar(score)];
      expect(bar).toHaveLength(20);
      const filled = bar.reduce((sum, c) => sum + (c === '█' ? 1 : (eighths.indexOf(c) + 1) / 8), 0);
      expect(Math.abs(filled / 20 - score)).toBeLessThanOrEqual(1 / 320 + 1e-9);
    }
  });
});

describe('preview', () => {
  it('leaves a short text as it is', () => expect(preview('ab', 2)).toEqual({ text: 'ab', cut: false }));
  it('cuts a long one with a mark', () => expect(preview('abcdef', 4)).toEqual({ text: 'abc…', cut: true }));
  it('never cuts through an emoji family', () => {
    const family = '👨‍👩‍👧‍👦';
    expect(preview(family.repeat(3), family.length + 5).text).toBe(`${family}…`);
  });
});

describe('messages', () => {
  it('inserts values as they are', () => expect(fillMessage('{a}{b}', { a: '$&{b}', b: 1 })).toBe('$&{b}1'));
  it.each(Object.entries({ answerMessages, commandMessages }))(
    '%s fill the same gaps in both languages',
    (_, m) => {
      const gaps = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted();
      for (const [key, text] of Object.entries(m.en))
        expect({ key, gaps: gaps(m.zh[key as keyof typeof m.zh]) }).toEqual({ key, gaps: gaps(text) });
    },
  );
});
