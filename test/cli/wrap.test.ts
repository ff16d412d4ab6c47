import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { wrap } from '../../src/cli/render/wrap.ts';

describe('wrap', () => {
  it.each([
    ['the quick brown fox', 10, ['the quick', 'brown fox']],
    ['苹果是一种很好吃的水果', 8, ['苹果是一', '种很好吃', '的水果']],
    // Punctuation stays with the character before it, an opening bracket with the one behind.
    ['苹果很好，真的', 8, ['苹果很', '好，真的']],
    ['参数（见下）有', 6, ['参数', '（见', '下）有']],
    ['a supercalifragilistic b', 8, ['a', 'supercal', 'ifragili', 'stic b']],
    ['使用pandas.read_csv()函数', 12, ['使用', 'pandas.read_', 'csv()函数']],
    ['👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧', 4, ['👨‍👩‍👧👨‍👩‍👧', '👨‍👩‍👧']],
    ['fits', 4, ['fits']],
    ['', 10, ['']],
  ])('%s at %i columns', (text, width, rows) => {
    expect(wrap(text, width)).toEqual(rows);
  });

  it('leaves a text alone where there is no screen', () => {
    const text = 'long '.repeat(1000);
    expect(wrap(text, Number.POSITIVE_INFINITY)).toEqual([text]);
  });

  it('loses nothing and never goes over the width, whatever the text', () => {
    const parts = [
      'VPN',
      '怎么连',
      '？',
      ' ',
      '（',
      '）',
      'https://example.com/a/very/long/path',
      '😀',
      '“好”',
      'é',
    ];
    let seed = 7;
    const next = () => {
      seed = (seed * 48271) % 2147483647;
      return seed;
    };
    for (let round = 0; round < 200; round++) {
      const text = Array.from({ length: 1 + (next() % 30) }, () => parts[next() % parts.length]).join('');
      const width = 6 + (next() % 40);
      const rows = wrap(text, width);
      for (const row of rows) expect(stringWidth(row)).toBeLessThanOrEqual(width);
      expect(rows.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }
  });
});
