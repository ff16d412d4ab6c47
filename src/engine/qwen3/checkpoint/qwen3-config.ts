/** What the graph needs to know of a checkpoint's `config.json`. */
export interface Qwen3Config {
  readonly layers: number;
  /** Width of the residual stream, and of an embedding. */
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** Width of one head; `heads * headDim` need not be `hidden`. */
  readonly headDim: number;
  readonly ffn: number;
  /** Rows of the embedding table; the tokenizer may know higher ids. */
  readonly vocabulary: number;
  readonly maxPositions: number;
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
  /** Whether the output matrix is the embedding table. */
  readonly tied: boolean;
}
