import type { BatchObserver } from '../batching/batch-observer.ts';
import { Batcher } from '../batching/batcher.ts';
import { estimateTokens } from '../batching/estimate-tokens.ts';
import { checkTexts } from '../check-texts.ts';
import type { EmbedderLimits } from '../embedder.ts';
import { Lifetime } from '../lifetime.ts';
import type { Reranker, RerankOptions, RerankResult } from '../reranker.ts';
import { batchLimits } from './batch-limits.ts';
import { openCheckpoint } from './checkpoint/open-checkpoint.ts';
import type { Qwen3Facts, RerankItem, Row } from './protocol.ts';
import { DEFAULT_QUERY_TASK } from './query-instruction.ts';
import { MAX_TEXTS, type Qwen3Options } from './qwen3-options.ts';
import { Qwen3Worker, startOf } from './qwen3-worker.ts';

/** A reranker that also says what it runs on. */
export interface Qwen3Reranker extends Reranker {
  readonly facts: Qwen3Facts;
}

/**
 * Opens a Qwen3-Reranker checkpoint in a worker thread of its own.
 * Rejects with `model` where the checkpoint, the device or the precision cannot be used, and with `write_file` where
 * its 8-bit weights cannot be kept.
 */
export async function openQwen3Reranker(options: Qwen3Options): Promise<Qwen3Reranker> {
  const { config } = await openCheckpoint(options.folder);
  const start = startOf(options, config);
  const worker = await Qwen3Worker.open<RerankItem>('./reranker-worker.ts', options, start);
  return new WorkerReranker(options.name, start.maxTokens, worker, options.observer);
}

class WorkerReranker implements Qwen3Reranker {
  readonly model: string;
  readonly limits: EmbedderLimits;
  readonly facts: Qwen3Facts;
  readonly #worker: Qwen3Worker<RerankItem>;
  readonly #batcher: Batcher<RerankItem, Row>;
  readonly #lifetime = new Lifetime();

  constructor(
    name: string,
    maxTokens: number,
    worker: Qwen3Worker<RerankItem>,
    observer: BatchObserver | undefined,
  ) {
    this.model = name;
    this.limits = { maxTokens, overlong: 'cut', maxTexts: MAX_TEXTS };
    this.facts = worker.facts;
    this.#worker = worker;
    this.#batcher = new Batcher({
      run: (items) => this.#run(items),
      // What a query's documents share is computed once, so that only the document counts.
      cost: ({ document }) => estimateTokens(document, maxTokens),
      tokensOf: ({ tokens }) => tokens,
      observer,
      ...batchLimits(worker.facts.device),
    });
  }

  get device(): string {
    return this.facts.device;
  }

  rerank(query: string, documents: readonly string[], options: RerankOptions = {}): Promise<RerankResult> {
    const { task = DEFAULT_QUERY_TASK, signal } = options;
    return this.#lifetime.run(async () => {
      checkTexts([query], this.limits, signal);
      checkTexts(documents, this.limits, signal);
      const rows = await this.#batcher.submit(
        documents.map((document) => ({ query, document, task })),
        signal ? { signal } : {},
      );
      return {
        scores: rows.map(({ values }) => values[0] ?? 0),
        tokens: rows.reduce((sum, { tokens }) => sum + tokens, 0),
      };
    });
  }

  close(): Promise<void> {
    return this.#lifetime.end(() => this.#worker.close());
  }

  /** A batch may hold the documents of several queries; each query's go together, for the sake of what they share. */
  async #run(items: readonly RerankItem[]): Promise<Row[]> {
    const groups = new Map<string, number[]>();
    items.forEach(({ task, query }, i) => {
      const key = JSON.stringify([task, query]);
      groups.set(key, [...(groups.get(key) ?? []), i]);
    });
    const rows: Row[] = [];
    for (const places of groups.values()) {
      const group = places.flatMap((i) => items[i] ?? []);
      const answers = await this.#worker.run(group);
      places.forEach((place, at) => {
        const answer = answers[at];
        if (answer) rows[place] = answer;
      });
    }
    return rows;
  }
}
