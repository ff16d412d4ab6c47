import type { Reranker, RerankOptions } from '../engine/reranker.ts';

/** A document's place in the request, and its score. */
export interface Ranked {
  readonly index: number;
  readonly score: number;
}

/**
 * Judges more documents than one call of the reranker takes, one call after the other.
 * Best first; of equal ones, the one that came first.
 */
export async function rankDocuments(
  reranker: Reranker,
  query: string,
  documents: readonly string[],
  options: RerankOptions,
): Promise<{ ranking: Ranked[]; tokens: number }> {
  const scores: number[] = [];
  let tokens = 0;
  const { maxTexts } = reranker.limits;
  for (let start = 0; start < documents.length; start += maxTexts) {
    const result = await reranker.rerank(query, documents.slice(start, start + maxTexts), options);
    scores.push(...result.scores);
    tokens += result.tokens;
  }
  const ranking = scores.map((score, index) => ({ index, score }));
  return { ranking: ranking.sort((a, b) => b.score - a.score || a.index - b.index), tokens };
}
