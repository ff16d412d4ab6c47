import { Batcher, type BatcherOptions } from '../../src/engine/batching/batcher.ts';
import { estimateTokens } from '../../src/engine/batching/estimate-tokens.ts';
import { checkTexts } from '../../src/engine/check-texts.ts';
import { Lifetime } from '../../src/engine/lifetime.ts';
import type { Reranker } from '../../src/engine/reranker.ts';

interface Pair {
  readonly query: string;
  readonly document: string;
}

const MAX_TOKENS = 64;
const LIMITS = { maxTokens: MAX_TOKENS, overlong: 'cut', maxTexts: 100 } as const;

/** Words of Latin script, and single characters of Chinese; as many as the model would read. */
const wordsOf = (text: string) =>
  new Set((text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}]+/gu) ?? []).slice(0, MAX_TOKENS));

/** The share of the query's words that the document has, between 0.05 and 0.95. */
export function overlap(query: string, document: string): number {
  const [asked, given] = [wordsOf(query), wordsOf(document)];
  const shared = [...asked].filter((word) => given.has(word)).length;
  return 0.05 + 0.9 * (shared / Math.max(1, asked.size));
}

/** A reranker that counts common words, batched and closed as the real ones are. */
export function openOverlapReranker(options: Partial<BatcherOptions<Pair, number>> = {}): Reranker {
  const batcher = new Batcher<Pair, number>({
    run: async (pairs) => pairs.map(({ query, document }) => overlap(query, document)),
    cost: ({ document }) => estimateTokens(document, MAX_TOKENS),
    maxBatchCost: 512,
    maxBatchItems: 8,
    maxWaiting: 1000,
    ...options,
  });
  const lifetime = new Lifetime();
  return {
    model: 'word-overlap',
    device: 'cpu',
    limits: LIMITS,
    rerank: (query, documents, { signal } = {}) =>
      lifetime.run(async () => {
        checkTexts([query], LIMITS, signal);
        checkTexts(documents, LIMITS, signal);
        const pairs = documents.map((document) => ({ query, document }));
        const scores = await batcher.submit(pairs, signal ? { signal } : {});
        const tokens = documents.reduce((sum, document) => sum + estimateTokens(document, MAX_TOKENS), 0);
        return { scores, tokens };
      }),
    close: () => lifetime.end(async () => {}),
  };
}
