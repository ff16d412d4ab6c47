import { describe, expect, it } from 'vitest';
import { auroc, measureConfidence, measureThreshold } from '../../src/evaluation/confidence.ts';

describe('auroc', () => {
  it.each([
    [[0.9, 0.8], [0.1, 0.2], 1],
    [[0.1, 0.2], [0.9, 0.8], 0],
    [[0.5], [0.5], 0.5],
    // Of six pairs, four are won and one is a tie.
    [[0.9, 0.5, 0.3], [0.5, 0.2], 4.5 / 6],
  ])('of %j against %j is %f', (positives, negatives, expected) => {
    expect(auroc(positives, negatives)).toBeCloseTo(expected, 12);
  });
});

describe('thresholds', () => {
  it('mark a score exactly at the threshold', () => {
    expect(measureThreshold([0.4, 0.41], [0.4, 0.3], 0.4)).toEqual({
      threshold: 0.4,
      answerableKept: 0.5,
      unanswerableMarked: 1,
      balancedAccuracy: 0.75,
    });
  });

  it('suggest the one that parts both kinds best, whatever their numbers', () => {
    const answerable = [0.9, 0.8, 0.7, 0.6, 0.2];
    const { suggested, current } = measureConfidence(answerable, [0.5, 0.1], 0.65) ?? {};
    expect(suggested).toEqual({
      threshold: 0.5,
      answerableKept: 0.8,
      unanswerableMarked: 1,
      balancedAccuracy: 0.9,
    });
    expect(current?.answerableKept).toBe(0.6);
  });

  it('need both kinds', () => {
    expect(measureConfidence([0.5], [], 0.4)).toBeUndefined();
    expect(measureConfidence([], [0.5], 0.4)).toBeUndefined();
  });
});
