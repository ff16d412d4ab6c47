/** What an embedder accepts, as data, so that the edges can check it before any work is done. */
export interface EmbedderLimits {
  /** Tokens of one text that the model reads. */
  readonly maxTokens: number;
  /** What happens to a text with more tokens: its end is cut off, or it is refused with `text_too_long`. */
  readonly overlong: 'cut' | 'refuse';
  /** Texts in one call; more are refused with `too_many_texts`. */
  readonly maxTexts: number;
}

export interface EmbedOptions {
  /** Stops the work; the call then rejects with `cancelled`. */
  signal?: AbortSignal;
  /** `question` goes before waiting `import` work. Default `question`. */
  priority?: 'question' | 'import';
}

export interface EmbedResult {
  /** One unit vector of {@link Embedder.dimensions} float32 values a text, in the order of the texts. */
  readonly vectors: Float32Array[];
  /** Tokens read over all texts, the number that OpenAI's `usage` reports. */
  readonly tokens: number;
}

/**
 * Text in, unit vectors out: the one seam between the engine and everything else.
 *
 * A question and a line are embedded differently by most retrieval models (Qwen3 puts an instruction before a
 * question), so there are two methods. The same text always gives the same vector, alone or in any batch.
 * Rejects with {@link KbError}: `empty_query` for a blank text, `text_too_long`, `too_many_texts`, `busy` when the
 * queue is full, `cancelled`, `engine_unavailable`, `upstream`, `model`.
 */
export interface Embedder {
  /** The name that people and answers see, such as `builtin` or `Qwen/Qwen3-Embedding-0.6B`. */
  readonly model: string;
  /** Values in a vector. */
  readonly dimensions: number;
  /** Changes whenever the vectors would change: vectors of two fingerprints are never compared. `[a-z0-9-]+`. */
  readonly fingerprint: string;
  readonly limits: EmbedderLimits;
  /** What the model runs on, such as `cpu` or `cuda`; absent where another machine knows. */
  readonly device?: string;
  embedQueries(texts: readonly string[], options?: EmbedOptions): Promise<EmbedResult>;
  embedLines(texts: readonly string[], options?: EmbedOptions): Promise<EmbedResult>;
  /** Lets running work end, then frees the model. Later calls reject with `shutting_down`. */
  close(): Promise<void>;
}
