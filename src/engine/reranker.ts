import type { EmbedderLimits } from './embedder.ts';

export interface RerankOptions {
  /** What makes a document right for a query, in English. Default: the model's own sentence. */
  readonly task?: string;
  /** Stops the work; the call then rejects with `cancelled`. */
  readonly signal?: AbortSignal;
}

export interface RerankResult {
  /** One probability from 0 to 1 a document that it answers the query, in the order of the documents. */
  readonly scores: number[];
  /** Tokens read over all pairs of query and document. */
  readonly tokens: number;
}

/**
 * Judges documents against a query, both read together: slower than comparing embeddings, and better.
 * The same pair always gets the same score, whatever else is in the call.
 * Rejects with {@link KbError}: `empty_query` for a blank query or document, `too_many_texts`, `busy` when the queue is
 * full, `cancelled`, `model`.
 */
export interface Reranker {
  /** The name that people see, such as `Qwen/Qwen3-Reranker-0.6B`. */
  readonly model: string;
  /** `maxTokens` of one pair, the prompt counted; a longer document is cut at its end. */
  readonly limits: EmbedderLimits;
  /** What the model runs on, such as `cpu` or `cuda`. */
  readonly device?: string;
  rerank(query: string, documents: readonly string[], options?: RerankOptions): Promise<RerankResult>;
  /** Lets running work end, then frees the model. Later calls reject with `shutting_down`. */
  close(): Promise<void>;
}
