import type { Sequence } from './run/pack.ts';
import type { Qwen3Tokenizer } from './tokenizer/qwen3-tokenizer.ts';

const PREFIX =
  '<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct provided. ' +
  'Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n';
const SUFFIX = '<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n';

/**
 * The prompt that Qwen3-Reranker was trained with. Its three parts are split into tokens one by one, as its authors do,
 * so that a long document is cut without losing what stands after it.
 */
export class RerankPrompt {
  /** What every prompt begins with. */
  readonly prefix: Sequence;
  readonly #suffix: Sequence;
  readonly #tokenizer: Pick<Qwen3Tokenizer, 'encodePlain'>;
  readonly #maxTokens: number;

  constructor(tokenizer: Pick<Qwen3Tokenizer, 'encodePlain'>, maxTokens: number) {
    this.#tokenizer = tokenizer;
    this.#maxTokens = maxTokens;
    this.prefix = tokenizer.encodePlain(PREFIX);
    this.#suffix = tokenizer.encodePlain(SUFFIX);
  }

  encode(task: string, query: string, document: string): number[] {
    const body = this.#tokenizer.encodePlain(
      `<Instruct>: ${task}\n<Query>: ${query}\n<Document>: ${document}`,
    );
    const room = this.#maxTokens - this.prefix.length - this.#suffix.length;
    return [...this.prefix, ...body.slice(0, Math.max(0, room)), ...this.#suffix];
  }
}
