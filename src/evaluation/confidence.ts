/** How one threshold parts answerable from unanswerable questions: a best score at or under it is marked as weak. */
export interface ThresholdQuality {
  readonly threshold: number;
  /** Share of the answerable questions that are rightly not marked. */
  readonly answerableKept: number;
  /** Share of the unanswerable questions that are rightly marked. */
  readonly unanswerableMarked: number;
  /** The mean of both. */
  readonly balancedAccuracy: number;
}

/** How well the best score tells answerable questions from others. */
export interface Confidence {
  /** The chance that an answerable question scores higher than an unanswerable one: 0.5 is blind, 1 is perfect. */
  readonly auroc: number;
  /** The threshold with the best balanced accuracy on these questions. */
  readonly suggested: ThresholdQuality;
  /** The threshold in use. */
  readonly current: ThresholdQuality;
}

/**
 * Measures the mark "weak" on the best scores of both kinds of questions.
 * `undefined` where one of them is empty, since nothing can be told then.
 */
export function measureConfidence(
  answerable: readonly number[],
  unanswerable: readonly number[],
  threshold: number,
): Confidence | undefined {
  if (answerable.length === 0 || unanswerable.length === 0) return undefined;
  return {
    auroc: auroc(answerable, unanswerable),
    suggested: suggestThreshold(answerable, unanswerable),
    current: measureThreshold(answerable, unanswerable, threshold),
  };
}

/** Area under the receiver operating characteristic, from rank sums; equal scores count half. */
export function auroc(positives: readonly number[], negatives: readonly number[]): number {
  const sorted = Float64Array.from(negatives).sort();
  const wins = positives.reduce((sum, score) => {
    const [under, upTo] = [countBelow(sorted, score, false), countBelow(sorted, score, true)];
    return sum + under + (upTo - under) / 2;
  }, 0);
  return wins / (positives.length * negatives.length);
}

export function measureThreshold(
  answerable: readonly number[],
  unanswerable: readonly number[],
  threshold: number,
): ThresholdQuality {
  const over = (scores: readonly number[]) =>
    scores.filter((score) => score > threshold).length / scores.length;
  const answerableKept = over(answerable);
  const unanswerableMarked = 1 - over(unanswerable);
  return {
    threshold,
    answerableKept,
    unanswerableMarked,
    balancedAccuracy: (answerableKept + unanswerableMarked) / 2,
  };
}

/** Every distinct score is a candidate; of equally good ones the lowest wins, which marks fewest. */
function suggestThreshold(answerable: readonly number[], unanswerable: readonly number[]): ThresholdQuality {
  const kept = Float64Array.from(answerable).sort();
  const marked = Float64Array.from(unanswerable).sort();
  let best = { threshold: -1, accuracy: 0.5 };
  for (const threshold of new Set([...kept, ...marked].sort((a, b) => a - b))) {
    const right = 1 - countBelow(kept, threshold, true) / kept.length;
    const accuracy = (right + countBelow(marked, threshold, true) / marked.length) / 2;
    if (accuracy > best.accuracy) best = { threshold, accuracy };
  }
  return measureThreshold(answerable, unanswerable, best.threshold);
}

/** How many of the sorted values are under `limit`, or up to it with `inclusive`. */
function countBelow(sorted: Float64Array, limit: number, inclusive: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = sorted[middle] ?? 0;
    if (value < limit || (inclusive && value === limit)) low = middle + 1;
    else high = middle;
  }
  return low;
}
