import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { names } from '../graph/decoder-graph.ts';
import type { Sequence } from './pack.ts';
import { checkedRows, type SequenceRunner } from './sequence-runner.ts';

/** Runs a graph of the padded layout, whose attention is fused on a GPU: a row a sequence, padded at the right. */
export class PaddedRunner implements SequenceRunner {
  readonly #session: InferenceSession;
  readonly #width: number;
  readonly #precision: string;

  /** @param width Values that the graph gives for a sequence. */
  constructor(session: InferenceSession, width: number, precision: string) {
    this.#session = session;
    this.#width = width;
    this.#precision = precision;
  }

  /** A GPU reads a prompt faster than the keys and values of one would be brought along. */
  async remember(): Promise<void> {}

  async run(sequences: readonly Sequence[]): Promise<Float32Array[]> {
    const rows = sequences.length;
    const length = sequences.reduce((longest, ids) => Math.max(longest, ids.length), 1);
    // No real token sees what stands right of it, so that any id will do as padding.
    const ids = new BigInt64Array(rows * length);
    sequences.forEach((sequence, row) => {
      sequence.forEach((id, at) => {
        ids[row * length + at] = BigInt(id);
      });
    });
    const last = sequences.map((sequence, row) => row * length + sequence.length - 1);
    // Every row says that it is whole. Attention could be told where each ends, but its kernels differ in how they align
    // the causal mask of a row that is shorter than the others.
    const before = new Int32Array(rows).fill(length - 1);
    const output = await this.#session.run(
      {
        [names.ids]: new Tensor('int64', ids, [rows, length]),
        [names.last]: new Tensor('int64', BigInt64Array.from(last, BigInt), [rows]),
        [names.keysBefore]: new Tensor('int32', before, [rows]),
        [names.keysTotal]: new Tensor('int32', Int32Array.of(length), []),
      },
      [names.result],
    );
    return checkedRows(output[names.result]?.data, rows, this.#width, this.#precision);
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
