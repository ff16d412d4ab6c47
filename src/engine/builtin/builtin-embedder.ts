import { fileURLToPath } from 'node:url';
import type { BatchObserver } from '../batching/batch-observer.ts';
import { Batcher } from '../batching/batcher.ts';
import { estimateTokens } from '../batching/estimate-tokens.ts';
import { checkTexts } from '../check-texts.ts';
import type { Embedder, EmbedderLimits, EmbedOptions, EmbedResult } from '../embedder.ts';
import { fingerprint } from '../fingerprint.ts';
import { Lifetime } from '../lifetime.ts';
import { RestartingWorker } from '../worker/restarting-worker.ts';
import { WorkerClient } from '../worker/worker-client.ts';
import { type Manifest, readManifest } from './manifest.ts';
import type { BatchAnswer, BatchRequest, WorkerStart } from './protocol.ts';
import { readVocabulary } from './vocabulary.ts';

export interface BuiltinOptions {
  /** The model's folder. Default: the one in this package. */
  readonly folder?: string;
  /** Texts that may wait before others are refused with `busy`. Default 8192. */
  readonly maxWaiting?: number;
  /** Hears of the batches. */
  readonly observer?: BatchObserver | undefined;
}

interface Row {
  readonly vector: Float32Array;
  readonly tokens: number;
}

type ModelWorker = RestartingWorker<BatchRequest, BatchAnswer>;

const FOLDER = fileURLToPath(new URL('../../../models/builtin', import.meta.url));
const MAX_TEXTS = 2048;
/** A batch of this size takes some 20 ms: the longest that a question waits for an import. */
const MAX_BATCH_TOKENS = 2048;
const MAX_BATCH_TEXTS = 96;
const MAX_WAITING = 8192;

/**
 * Opens the model that ships with the package, in a worker thread of its own.
 * Rejects with `model` where its files are missing, damaged or of another format.
 */
export async function openBuiltinEmbedder(options: BuiltinOptions = {}): Promise<Embedder> {
  const folder = options.folder ?? FOLDER;
  const manifest = await readManifest(folder);
  const workerData: WorkerStart = { folder, manifest, vocabulary: await readVocabulary(folder, manifest) };
  const worker = await RestartingWorker.open(() =>
    WorkerClient.start<BatchRequest, BatchAnswer>('builtin', './builtin-worker.ts', import.meta.url, {
      workerData,
      name: 'builtin-model',
    }),
  );
  return new BuiltinEmbedder(manifest, worker, options);
}

class BuiltinEmbedder implements Embedder {
  readonly model = 'builtin';
  readonly device = 'cpu';
  readonly dimensions: number;
  readonly fingerprint: string;
  readonly limits: EmbedderLimits;
  readonly #worker: ModelWorker;
  readonly #batcher: Batcher<string, Row>;
  readonly #lifetime = new Lifetime();

  constructor(manifest: Manifest, worker: ModelWorker, options: BuiltinOptions) {
    this.dimensions = manifest.dimensions;
    this.fingerprint = fingerprint(manifest.name, [
      manifest.version,
      ...Object.entries(manifest.sha256).sort().flat(),
    ]);
    this.limits = { maxTokens: manifest.maxTokens, overlong: 'cut', maxTexts: MAX_TEXTS };
    this.#worker = worker;
    this.#batcher = new Batcher({
      run: (texts) => this.#run(texts),
      cost: (text) => estimateTokens(text, manifest.maxTokens),
      maxBatchCost: MAX_BATCH_TOKENS,
      maxBatchItems: MAX_BATCH_TEXTS,
      maxWaiting: options.maxWaiting ?? MAX_WAITING,
      observer: options.observer,
      tokensOf: ({ tokens }) => tokens,
    });
  }

  embedQueries(texts: readonly string[], options: EmbedOptions = {}): Promise<EmbedResult> {
    return this.#embed(texts, options);
  }

  embedLines(texts: readonly string[], options: EmbedOptions = {}): Promise<EmbedResult> {
    return this.#embed(texts, options);
  }

  close(): Promise<void> {
    return this.#lifetime.end(() => this.#worker.close());
  }

  #embed(texts: readonly string[], options: EmbedOptions): Promise<EmbedResult> {
    return this.#lifetime.run(async () => {
      checkTexts(texts, this.limits, options.signal);
      const rows = await this.#batcher.submit(texts, options);
      return {
        vectors: rows.map(({ vector }) => vector),
        tokens: rows.reduce((sum, { tokens }) => sum + tokens, 0),
      };
    });
  }

  async #run(texts: string[]): Promise<Row[]> {
    const { vectors, tokens } = await this.#worker.request({ texts });
    return tokens.map((count, i) => ({
      vector: vectors.slice(i * this.dimensions, (i + 1) * this.dimensions),
      tokens: count,
    }));
  }
}
