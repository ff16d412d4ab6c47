import { cannotRun } from './cannot-run.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import { openCheckpoint } from './checkpoint/open-checkpoint.ts';
import { readRows } from './checkpoint/read-tensor.ts';
import { rerankHead } from './graph/rerank-head.ts';
import { loadOnDevice } from './load/load-on-device.ts';
import { loadRunner } from './load/load-runner.ts';
import { storedType } from './load/stored-type.ts';
import type { Qwen3Facts, Qwen3Start, RerankItem, Row } from './protocol.ts';
import { RerankPrompt } from './rerank-prompt.ts';
import type { SequenceRunner } from './run/sequence-runner.ts';
import { Qwen3Tokenizer } from './tokenizer/qwen3-tokenizer.ts';

/** A Qwen3-Reranker checkpoint in this thread. {@link RerankerModel.run} blocks it; the worker exists for that. */
export class RerankerModel {
  readonly facts: Qwen3Facts;
  readonly #prompt: RerankPrompt;
  readonly #runner: SequenceRunner;

  private constructor(facts: Qwen3Facts, prompt: RerankPrompt, runner: SequenceRunner) {
    this.facts = facts;
    this.#prompt = prompt;
    this.#runner = runner;
  }

  /** Rejects with `model` where the checkpoint, the device or the precision cannot be used. */
  static async load(start: Qwen3Start): Promise<RerankerModel> {
    const checkpoint = await openCheckpoint(start.folder);
    const tokenizer = await Qwen3Tokenizer.load(start.folder, checkpoint.config.vocabulary);
    const head = rerankHead(await yesMinusNo(checkpoint, tokenizer));
    const { value: runner, ...facts } = await loadOnDevice(
      start,
      storedType(checkpoint),
      (device, precision) => loadRunner({ ...start, checkpoint, device, precision, head, width: 1 }),
    );
    const prompt = new RerankPrompt(tokenizer, start.maxTokens);
    await runner.remember(prompt.prefix);
    return new RerankerModel(facts, prompt, runner);
  }

  /** One score from 0 to 1 an item, in order. Items of one query are best together: they share its tokens. */
  async run(items: readonly RerankItem[]): Promise<Row[]> {
    const sequences = items.map(({ task, query, document }) => this.#prompt.encode(task, query, document));
    const rows = await this.#runner.run(sequences);
    return rows.map((values, i) => ({ values, tokens: sequences[i]?.length ?? 0 }));
  }

  release(): Promise<void> {
    return this.#runner.release();
  }
}

/** The difference of the two rows of the output matrix that a judgement is read from. */
async function yesMinusNo(checkpoint: Checkpoint, tokenizer: Qwen3Tokenizer): Promise<Float32Array> {
  const { tensors, config } = checkpoint;
  const matrix = tensors.get(config.tied ? 'embed_tokens.weight' : 'lm_head.weight');
  const [yes, no] = ['yes', 'no'].map((word) => tokenizer.encodePlain(word));
  if (!matrix || yes?.length !== 1 || no?.length !== 1) throw cannotRun('', 'no_answer_tokens');
  const rows = await readRows(matrix, [...yes, ...no]);
  const { hidden } = config;
  return Float32Array.from({ length: hidden }, (_, i) => (rows[i] ?? 0) - (rows[hidden + i] ?? 0));
}
