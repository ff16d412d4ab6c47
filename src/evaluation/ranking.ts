/** How often the right line comes first, or near the top; each a share from 0 to 1. */
export interface Ranking {
  /** Questions whose first match is right. */
  readonly top1: number;
  /** Questions with a right line among the first five. */
  readonly top5: number;
  /** Mean of 1 / rank of the first right line, 0 where it is not among the first ten. */
  readonly mrr10: number;
}

/**
 * The rank, from 1, of the best right line: one more than the lines that score higher. Of equal scores the line that
 * stands first in the file ranks first. `undefined` without a right line, or where it scores minus infinity: not found.
 */
export function rankOfBest(scores: ArrayLike<number>, right: ReadonlySet<number>): number | undefined {
  let best: number | undefined;
  for (const line of right) {
    if (best === undefined || ahead(scores, line, best)) best = line;
  }
  if (best === undefined || scores[best] === Number.NEGATIVE_INFINITY) return undefined;
  let rank = 1;
  for (let line = 0; line < scores.length; line++) if (ahead(scores, line, best)) rank++;
  return rank;
}

/** Sums up ranks; `undefined` stands for a right line that was not found. */
export function summariseRanks(ranks: readonly (number | undefined)[]): Ranking {
  const share = (worth: (rank: number) => number) =>
    ranks.length === 0
      ? 0
      : ranks.reduce((sum: number, rank) => sum + (rank === undefined ? 0 : worth(rank)), 0) / ranks.length;
  return {
    top1: share((rank) => (rank === 1 ? 1 : 0)),
    top5: share((rank) => (rank <= 5 ? 1 : 0)),
    mrr10: share((rank) => (rank <= 10 ? 1 / rank : 0)),
  };
}

function ahead(scores: ArrayLike<number>, a: number, b: number): boolean {
  const [one, other] = [scores[a] ?? Number.NEGATIVE_INFINITY, scores[b] ?? Number.NEGATIVE_INFINITY];
  return one > other || (one === other && a < b);
}
