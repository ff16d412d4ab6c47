import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { checkFile } from './check-file.ts';
import type { Manifest } from './manifest.ts';
import { normalize, type SimplifyTable, simplifyTable } from './normalize.ts';
import type { BatchAnswer, BatchRequest, WorkerStart } from './protocol.ts';
import { Unigram } from './unigram.ts';

const GRAPH = 'model.onnx';

const sessionOptions = (): InferenceSession.SessionOptions => ({
  // The second thread gives imports about a quarter more lines a second and costs a lone question a twentieth of its time.
  intraOpNumThreads: Math.min(2, availableParallelism()),
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
  readonly #unigram: Unigram;
  readonly #simplify: SimplifyTable;
  readonly #session: InferenceSession;

  private constructor({ manifest, vocabulary }: WorkerStart, session: InferenceSession) {
    const { pieces, scores, unkId, simplify } = vocabulary;
    this.#manifest = manifest;
    this.#unigram = new Unigram(pieces, scores, unkId, [manifest.padId]);
    this.#simplify = simplifyTable(simplify);
    this.#session = session;
  }

  /** Rejects with an error that says why the graph cannot be used. */
  static async load(start: WorkerStart): Promise<BuiltinModel> {
    const { folder, manifest } = start;
    const graph = await readFile(join(folder, GRAPH));
    const [checked, created] = await Promise.allSettled([
      checkFile(folder, manifest, GRAPH, graph),
      InferenceSession.create(graph, sessionOptions()),
    ]);
    // The damage explains more than what the runtime says about a damaged graph.
    if (checked.status === 'rejected') throw checked.reason;
    if (created.status === 'rejected') throw created.reason;
    return new BuiltinModel(start, created.value);
  }

  /** The ids the graph reads: the text normalised, split, cut to the model's length; never none. */
  tokenize(text: string): number[] {
    const ids = this.#unigram.encode(normalize(text, this.#simplify));
    return ids.length === 0 ? [this.#manifest.unkId] : ids.slice(0, this.#manifest.maxTokens);
  }

  async embed({ texts }: BatchRequest): Promise<BatchAnswer> {
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
    const { embeddings } = await this.#session.run({
      input_ids: new Tensor('int64', ids, shape),
      attention_mask: new Tensor('int64', mask, shape),
    });
    const width = this.#manifest.dimensions;
    if (!(embeddings?.data instanceof Float32Array) || embeddings.data.length !== rows.length * width) {
      throw new Error(`The graph's output is not ${width} values a text.`);
    }
    return { vectors: new Float32Array(embeddings.data), tokens: rows.map((row) => row.length) };
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
