import { LRUCache } from 'lru-cache';
import type { BatchObserver } from '../batching/batch-observer.ts';
import { Batcher } from '../batching/batcher.ts';
import { estimateTokens } from '../batching/estimate-tokens.ts';
import { checkTexts } from '../check-texts.ts';
import type { Embedder, EmbedderLimits, EmbedOptions, EmbedResult } from '../embedder.ts';
import { fingerprint } from '../fingerprint.ts';
import { Lifetime } from '../lifetime.ts';
import { batchLimits } from './batch-limits.ts';
import { cannotRun } from './cannot-run.ts';
import { openCheckpoint } from './checkpoint/open-checkpoint.ts';
import type { EmbeddingStart, EmbedItem, Qwen3Facts, Row } from './protocol.ts';
import { DEFAULT_QUERY_TASK } from './query-instruction.ts';
import { MAX_TEXTS, type Qwen3Options } from './qwen3-options.ts';
import { Qwen3Worker, startOf } from './qwen3-worker.ts';

export interface Qwen3EmbedderOptions extends Qwen3Options {
  /** Values of an embedding, from 32 to the model's width, which is the default. */
  readonly dimensions?: number;
  /** The task sentence of the instruction before questions. Default: {@link DEFAULT_QUERY_TASK}. */
  readonly task?: string;
}

/** An embedder that also says what it runs on. */
export interface Qwen3Embedder extends Embedder {
  readonly facts: Qwen3Facts;
}

/** Changes when the vectors of this engine change without the checkpoint changing. */
const ENGINE_VERSION = 1;
const RECENT_QUESTIONS = 1000;
const SMALLEST_CUT = 32;

/**
 * Opens a Qwen3-Embedding checkpoint in a worker thread of its own.
 * Rejects with `model` where the checkpoint, the device or the precision cannot be used, and with `write_file` where
 * its 8-bit weights cannot be kept.
 */
export async function openQwen3Embedder(options: Qwen3EmbedderOptions): Promise<Qwen3Embedder> {
  const { name, folder, task = DEFAULT_QUERY_TASK } = options;
  const { config, digest } = await openCheckpoint(folder);
  const { hidden } = config;
  const dimensions = options.dimensions ?? hidden;
  if (dimensions > hidden || dimensions < Math.min(SMALLEST_CUT, hidden)) {
    throw cannotRun(name, 'dimensions', { hidden });
  }
  const start: EmbeddingStart = { ...startOf(options, config), dimensions, task };
  const worker = await Qwen3Worker.open<EmbedItem>('./embedding-worker.ts', options, start);
  return new WorkerEmbedder({ name, digest, start, worker, observer: options.observer });
}

interface Parts {
  readonly name: string;
  readonly digest: string;
  readonly start: EmbeddingStart;
  readonly worker: Qwen3Worker<EmbedItem>;
  readonly observer: BatchObserver | undefined;
}

class WorkerEmbedder implements Qwen3Embedder {
  readonly model: string;
  readonly dimensions: number;
  readonly fingerprint: string;
  readonly limits: EmbedderLimits;
  readonly facts: Qwen3Facts;
  readonly #worker: Qwen3Worker<EmbedItem>;
  readonly #observer: BatchObserver | undefined;
  readonly #batcher: Batcher<EmbedItem, Row>;
  readonly #recent = new LRUCache<string, Row>({ max: RECENT_QUESTIONS });
  readonly #lifetime = new Lifetime();

  constructor({ name, digest, start, worker, observer }: Parts) {
    const { dimensions, maxTokens } = start;
    const { facts } = worker;
    this.model = name;
    this.dimensions = dimensions;
    this.fingerprint = fingerprint(name, [digest, facts.precision, dimensions, ENGINE_VERSION]);
    this.limits = { maxTokens, overlong: 'cut', maxTexts: MAX_TEXTS };
    this.facts = facts;
    this.#worker = worker;
    this.#observer = observer;
    this.#batcher = new Batcher({
      run: async (items) => [...(await worker.run(items))],
      cost: ({ text }) => estimateTokens(text, maxTokens),
      tokensOf: ({ tokens }) => tokens,
      observer,
      ...batchLimits(facts.device),
    });
  }

  embedLines(texts: readonly string[], options: EmbedOptions = {}): Promise<EmbedResult> {
    return this.#embed(texts, options, (missing) => this.#submit(missing, false, options));
  }

  get device(): string {
    return this.facts.device;
  }

  /** Recent questions are answered from memory: what one asks, others ask too, and a page asks again. */
  embedQueries(texts: readonly string[], options: EmbedOptions = {}): Promise<EmbedResult> {
    return this.#embed(texts, options, async () => {
      // Taken before anything is waited for: others may push a recent one out meanwhile.
      const known = new Map(texts.map((text) => [text, this.#recent.get(text)]));
      const missing = [...known].flatMap(([text, row]) => (row ? [] : [text]));
      for (let hits = texts.filter((text) => known.get(text)).length; hits > 0; hits--)
        this.#observer?.cacheHit?.();
      const rows = await this.#submit(missing, true, options);
      missing.forEach((text, i) => {
        const row = rows[i];
        known.set(text, row);
        if (row) this.#recent.set(text, row);
      });
      return texts.flatMap((text) => {
        const row = known.get(text);
        return row ? [{ ...row, values: row.values.slice() }] : [];
      });
    });
  }

  close(): Promise<void> {
    return this.#lifetime.end(() => this.#worker.close());
  }

  #embed(
    texts: readonly string[],
    { signal }: EmbedOptions,
    rowsOf: (texts: readonly string[]) => Promise<Row[]>,
  ): Promise<EmbedResult> {
    return this.#lifetime.run(async () => {
      checkTexts(texts, this.limits, signal);
      const rows = await rowsOf(texts);
      return {
        vectors: rows.map(({ values }) => values),
        tokens: rows.reduce((sum, { tokens }) => sum + tokens, 0),
      };
    });
  }

  #submit(texts: readonly string[], query: boolean, options: EmbedOptions): Promise<Row[]> {
    return this.#batcher.submit(
      texts.map((text) => ({ text, query })),
      options,
    );
  }
}
