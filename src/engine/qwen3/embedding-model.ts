import { openCheckpoint } from './checkpoint/open-checkpoint.ts';
import { embeddingHead } from './graph/embedding-head.ts';
import { loadOnDevice } from './load/load-on-device.ts';
import { loadRunner } from './load/load-runner.ts';
import { storedType } from './load/stored-type.ts';
import type { EmbeddingStart, EmbedItem, Qwen3Facts, Row } from './protocol.ts';
import { queryInstruction } from './query-instruction.ts';
import type { SequenceRunner } from './run/sequence-runner.ts';
import { Qwen3Tokenizer } from './tokenizer/qwen3-tokenizer.ts';

/** A Qwen3-Embedding checkpoint in this thread. {@link EmbeddingModel.run} blocks it; the worker exists for that. */
export class EmbeddingModel {
  readonly facts: Qwen3Facts;
  readonly #tokenizer: Qwen3Tokenizer;
  readonly #runner: SequenceRunner;
  readonly #instruction: string;
  readonly #maxTokens: number;

  private constructor(
    facts: Qwen3Facts,
    tokenizer: Qwen3Tokenizer,
    runner: SequenceRunner,
    { task, maxTokens }: EmbeddingStart,
  ) {
    this.facts = facts;
    this.#tokenizer = tokenizer;
    this.#runner = runner;
    this.#instruction = queryInstruction(task);
    this.#maxTokens = maxTokens;
  }

  /** Rejects with `model` where the checkpoint, the device or the precision cannot be used. */
  static async load(start: EmbeddingStart): Promise<EmbeddingModel> {
    const checkpoint = await openCheckpoint(start.folder);
    const tokenizer = await Qwen3Tokenizer.load(start.folder, checkpoint.config.vocabulary);
    const head = embeddingHead(start.dimensions, checkpoint.config.hidden);
    const { value: runner, ...facts } = await loadOnDevice(
      start,
      storedType(checkpoint),
      (device, precision) =>
        loadRunner({ ...start, checkpoint, device, precision, head, width: start.dimensions }),
    );
    const model = new EmbeddingModel(facts, tokenizer, runner, start);
    // The end token that every text has is no part of what questions begin with.
    await runner.remember(tokenizer.encodePlain(model.#instruction));
    return model;
  }

  /** One embedding an item, in order. */
  async run(items: readonly EmbedItem[]): Promise<Row[]> {
    const options = { maxTokens: this.#maxTokens };
    const sequences = items.map(({ text, query }) =>
      this.#tokenizer.encode(query ? this.#instruction + text : text, options),
    );
    const rows = await this.#runner.run(sequences);
    return rows.map((values, i) => ({ values, tokens: sequences[i]?.length ?? 0 }));
  }

  release(): Promise<void> {
    return this.#runner.release();
  }
}
