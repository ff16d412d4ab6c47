/** What a contender's process is told, as a JSON file. */
export interface Job {
  /** The checkpoint's folder. */
  readonly checkpoint: string;
  /** The folder that transformers.js reads. */
  readonly onnx: string;
  /** The file that llama.cpp reads. */
  readonly gguf: string;
  /** Where our 8-bit weights are kept. */
  readonly cacheFolder: string;
  /** The folder with the peers' `package.json`. */
  readonly peers: string;
  readonly threads: number;
  /** The contender's precision, in its own words. */
  readonly variant: string;
  readonly task: string;
  /** What stands before a question, `task` included. */
  readonly instruction: string;
  readonly warmQuestions: readonly string[];
  readonly questions: readonly string[];
  readonly warmLines: readonly string[];
  readonly lines: readonly string[];
  /** The file to write the vectors to, float32: those of the questions, then those of the lines. */
  readonly vectors: string;
}

/** What a contender's process says, one a line of its output behind {@link STAGE_MARK}; it then waits for a line. */
export type Stage =
  | { readonly stage: 'loaded'; readonly ms: number }
  | { readonly stage: 'questions'; readonly ms: readonly number[] }
  | { readonly stage: 'lines'; readonly ms: number }
  | { readonly stage: 'done' };

/** Libraries print too. */
export const STAGE_MARK = '@@';
