import type { Embedder, EmbedOptions, EmbedResult } from '../engine/embedder.ts';

export interface EmbedBatchesOptions extends EmbedOptions {
  readonly as: 'query' | 'line';
}

/** Embeds more texts than one call of the embedder takes, one call after the other; the vectors keep their order. */
export async function embedInBatches(
  embedder: Embedder,
  texts: readonly string[],
  { as, ...options }: EmbedBatchesOptions,
): Promise<EmbedResult> {
  const vectors: Float32Array[] = [];
  let tokens = 0;
  for (let start = 0; start < texts.length; start += embedder.limits.maxTexts) {
    const batch = texts.slice(start, start + embedder.limits.maxTexts);
    const result = await (as === 'query'
      ? embedder.embedQueries(batch, options)
      : embedder.embedLines(batch, options));
    vectors.push(...result.vectors);
    tokens += result.tokens;
  }
  return { vectors, tokens };
}
