import { describe, expect, it } from 'vitest';
import { Bm25, keywords } from '../../src/evaluation/bm25.ts';

describe('keywords', () => {
  it.each([
    ['Reset my VPN!', ['reset', 'my', 'vpn']],
    ['年假有', ['年', '假', '有', '年假', '假有']],
    ['VPN怎么 2FA', ['vpn', '怎', '么', '怎么', '2fa']],
    ['ＶＰＮ', ['vpn']],
    ['…', []],
  ])('of %j', (text, expected) => {
    expect(keywords(text)).toEqual(expected);
  });
});

describe('Bm25', () => {
  it('gives the textbook score', () => {
    const scores = new Bm25(['red apple', 'green apple pie', 'blue sky']).scores('apple');
    const idf = Math.log(1 + (3 - 2 + 0.5) / (2 + 0.5));
    const score = (length: number) => (idf * 2.2) / (1 + 1.2 * (0.25 + (0.75 * length) / (7 / 3)));
    expect(scores[0]).toBeCloseTo(score(2), 10);
    expect(scores[1]).toBeCloseTo(score(3), 10);
    expect(scores[2]).toBe(0);
  });

  it('works without lines and without keywords', () => {
    expect([...new Bm25([]).scores('apple')]).toEqual([]);
    expect([...new Bm25(['…', 'apple']).scores('…')]).toEqual([0, 0]);
  });
});
