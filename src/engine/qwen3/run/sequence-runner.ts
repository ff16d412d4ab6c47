import { cannotRun } from '../cannot-run.ts';
import type { Sequence } from './pack.ts';

/** A loaded graph over token ids: what embedding and reranking are made of. */
export interface SequenceRunner {
  /**
   * Computes the sequences in one run; each has at least one id.
   * Rejects with `model` where a value is not a number: a damaged weight, or one too large for the precision.
   * @returns A row of the head's width a sequence, in order.
   */
  run(sequences: readonly Sequence[]): Promise<Float32Array[]>;
  /** Computes a beginning that many sequences will have, once, where the layout of the graph knows how to use it. */
  remember(prefix: Sequence): Promise<void>;
  release(): Promise<void>;
}

/** The rows of what a run gave. Throws `model` where it is no numbers, which must never reach a table. */
export function checkedRows(
  values: unknown,
  count: number,
  width: number,
  precision: string,
): Float32Array[] {
  if (!(values instanceof Float32Array) || values.length !== count * width) {
    throw new Error(`the graph did not give ${width} values a text`);
  }
  if (!values.every(Number.isFinite)) throw cannotRun('', 'not_numbers', { precision });
  return Array.from({ length: count }, (_, row) => values.slice(row * width, (row + 1) * width));
}
