import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Manifest } from './manifest.ts';
import { type ModelFiles, readGraph, readModelFiles } from './model-files.ts';
import { normalize } from './normalize.ts';
import type { BatchAnswer, BatchRequest } from './protocol.ts';

/** A batch of this many texts gains more from a second thread than its start costs. */
const LARGE_BATCH = 16;
/** So many large batches are no small import any more, and worth the memory of a session of their own. */
const MANY_BATCHES = 8;

const sessionOptions = (threads: number): InferenceSession.SessionOptions => ({
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
  // An arena would keep the memory of the largest batch for good.
  enableCpuMemArena: false,
  // Threads that wait by turning in a loop take the core from the bots and the search.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});

/** The builtin model in this thread. {@link BuiltinModel.embed} blocks it; the worker exists for that. */
export class BuiltinModel {
  readonly #manifest: Manifest;
  readonly #files: Pick<ModelFiles, 'tokenizer' | 'simplify'>;
  readonly #folder: string;
  readonly #session: InferenceSession;
  #largeBatches = 0;
  #largeSession: Promise<InferenceSession> | undefined;

  private constructor(
    folder: string,
    manifest: Manifest,
    files: Pick<ModelFiles, 'tokenizer' | 'simplify'>,
    one: InferenceSession,
  ) {
    this.#folder = folder;
    this.#manifest = manifest;
    this.#files = files;
    this.#session = one;
  }

  /** Rejects with an error that says which file is missing, damaged or unusable. */
  static async load(folder: string, manifest: Manifest): Promise<BuiltinModel> {
    const { graph, checked, tokenizer, simplify } = await readModelFiles(folder, manifest);
    const [created] = await Promise.allSettled([InferenceSession.create(graph, sessionOptions(1))]);
    // The damage explains more than what the runtime says about a damaged graph.
    await checked;
    if (created.status === 'rejected') throw created.reason;
    return new BuiltinModel(folder, manifest, { tokenizer, simplify }, created.value);
  }

  /** The ids the graph reads: the text normalised, split, cut to the model's length; never none. */
  tokenize(text: string): number[] {
    const ids = this.#files.tokenizer.encode(normalize(text, this.#files.simplify));
    return ids.length === 0 ? [this.#manifest.unkId] : ids.slice(0, this.#manifest.maxTokens);
  }

  async embed({ texts, queries }: BatchRequest): Promise<BatchAnswer> {
    const rows = texts.map((text) => this.tokenize(text));
    const length = rows.reduce((longest, row) => Math.max(longest, row.length), 1);
    const ids = new BigInt64Array(rows.length * length).fill(BigInt(this.#manifest.padId));
    const mask = new BigInt64Array(rows.length * length);
    rows.forEach((row, i) => {
      row.forEach((id, j) => {
        ids[i * length + j] = BigInt(id);
      });
      mask.fill(1n, i * length, i * length + row.length);
    });
    const shape = [rows.length, length];
    const all = {
      input_ids: () => new Tensor('int64', ids, shape),
      attention_mask: () => new Tensor('int64', mask, shape),
      kind: () =>
        new Tensor(
          'int64',
          BigInt64Array.from(queries, (query) => (query ? 1n : 0n)),
          [rows.length],
        ),
    };
    const feeds = Object.fromEntries(this.#manifest.inputs.map((name) => [name, all[name]()]));
    const session = await this.#sessionFor(rows.length);
    const output = (await session.run(feeds)).embeddings;
    const width = this.#manifest.dimensions;
    if (!(output?.data instanceof Float32Array) || output.data.length !== rows.length * width) {
      throw new Error(`The graph's output is not ${width} values a text.`);
    }
    return { vectors: new Float32Array(output.data), tokens: rows.map((row) => row.length) };
  }

  async release(): Promise<void> {
    await this.#session.release();
    await (await this.#largeSession)?.release();
  }

  /** Large imports get a session with a second thread; most processes never see one, and no start waits for it. */
  #sessionFor(texts: number): InferenceSession | Promise<InferenceSession> {
    if (texts < LARGE_BATCH || ++this.#largeBatches <= MANY_BATCHES) return this.#session;
    this.#largeSession ??= readGraph(this.#folder, this.#manifest).then((graph) =>
      InferenceSession.create(graph, sessionOptions(Math.min(2, availableParallelism()))),
    );
    return this.#largeSession;
  }
}
