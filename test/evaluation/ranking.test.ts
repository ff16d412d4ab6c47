import { describe, expect, it } from 'vitest';
import { rankOfBest, summariseRanks } from '../../src/evaluation/ranking.ts';

describe('rankOfBest', () => {
  it.each<[number[], number[], number | undefined]>([
    [[0.1, 0.9, 0.5], [1], 1],
    [[0.1, 0.9, 0.5], [0], 3],
    [[0.1, 0.9, 0.5], [0, 2], 2],
    [[0.5, 0.5, 0.5], [1], 2],
    [[0.5], [], undefined],
    [[0.5, Number.NEGATIVE_INFINITY], [1], undefined],
  ])('of scores %j with right lines %j is %s', (scores, right, rank) => {
    expect(rankOfBest(scores, new Set(right))).toBe(rank);
  });
});

describe('summariseRanks', () => {
  it('counts ranks 1, 5 and 10', () => {
    const { top1, top5, mrr10 } = summariseRanks([1, 5, 6, 10, 11, undefined]);
    expect(top1).toBeCloseTo(1 / 6, 12);
    expect(top5).toBeCloseTo(2 / 6, 12);
    expect(mrr10).toBeCloseTo((1 + 1 / 5 + 1 / 6 + 1 / 10) / 6, 12);
  });

  it('is zero without questions', () => {
    expect(summariseRanks([])).toEqual({ top1: 0, top5: 0, mrr10: 0 });
  });
});
