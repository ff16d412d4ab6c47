import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { checkFile } from './check-file.ts';
import type { Manifest } from './manifest.ts';
import { normalize, type SimplifyTable, simplifyTable } from './normalize.ts';
import type { BatchAnswer, BatchRequest, WorkerStart } from './protocol.ts';
import { termIds } from './term-ids.ts';
import { Unigram } from './unigram.ts';

const GRAPH = 'model.onnx';

/** A text as the graph reads it. */
export interface Tokens {
  /** Ids of the pieces, cut to the model's length; never none. */
  readonly pieces: number[];
  /** Ids of the terms for the exact part; none where the text has no letters. */
  readonly terms: number[];
}

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

  /** What the graph reads of a text, which is normalised first. */
  tokenize(text: string): Tokens {
    const normalized = normalize(text, this.#simplify);
    const pieces = this.#unigram.encode(normalized);
    return {
      pieces: pieces.length === 0 ? [this.#manifest.unkId] : pieces.slice(0, this.#manifest.maxTokens),
      terms: termIds(normalized),
    };
  }

  async embed({ texts }: BatchRequest): Promise<BatchAnswer> {
    const rows = texts.map((text) => this.tokenize(text));
    const pieces = rows.map((row) => row.pieces);
    const { embeddings } = await this.#session.run({
      input_ids: padded(pieces, this.#manifest.padId),
      attention_mask: padded(pieces.map((row) => row.map(() => 1))),
      // A piece counts once for the lexical part, however often it comes.
      first_mask: padded(pieces.map((row) => firsts(row))),
      term_ids: padded(rows.map((row) => row.terms)),
    });
    const width = this.#manifest.dimensions;
    if (!(embeddings?.data instanceof Float32Array) || embeddings.data.length !== rows.length * width) {
      throw new Error(`The graph's output is not ${width} values a text.`);
    }
    return { vectors: new Float32Array(embeddings.data), tokens: pieces.map((row) => row.length) };
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/** Rows of one length, shorter ones filled up behind. */
function padded(rows: readonly (readonly number[])[], fill = 0): Tensor {
  const length = rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  const data = new BigInt64Array(rows.length * length).fill(BigInt(fill));
  rows.forEach((row, i) => {
    row.forEach((value, j) => {
      data[i * length + j] = BigInt(value);
    });
  });
  return new Tensor('int64', data, [rows.length, length]);
}

/** 1 where a number stands for the first time, 0 where it comes again. */
function firsts(row: readonly number[]): number[] {
  const seen = new Set<number>();
  return row.map((value) => {
    const before = seen.size;
    return seen.add(value).size - before;
  });
}
