import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Qwen3Config } from '../checkpoint/qwen3-config.ts';
import { names } from '../graph/decoder-graph.ts';
import { pack, type Sequence } from './pack.ts';
import { checkedRows, type SequenceRunner } from './sequence-runner.ts';

/** Keys and values of ids that are computed already, by the names of the graph's inputs. */
interface Past {
  readonly ids: Sequence;
  readonly feeds: Readonly<Record<string, Tensor>>;
}

/**
 * Most ids in a run. A longer sequence goes in pieces, each seeing the keys and values of those before, and more
 * sequences in several runs, since attention's memory grows with the square of a run's length.
 */
export const MAX_RUN = 1024;

/** Runs a graph of the packed layout: nothing padded, known beginnings not computed again. */
export class PackedRunner implements SequenceRunner {
  readonly #session: InferenceSession;
  readonly #config: Qwen3Config;
  readonly #width: number;
  readonly #precision: string;
  readonly #nothing: Past;
  #past: Past;

  /**
   * @param width Values that the graph gives for a sequence.
   * @param precision What it computes in; `fp16` also means keys and values in half precision.
   */
  constructor(session: InferenceSession, config: Qwen3Config, width: number, precision: string) {
    this.#session = session;
    this.#config = config;
    this.#width = width;
    this.#precision = precision;
    const shape = [1, config.kvHeads, 0, config.headDim];
    const none =
      precision === 'fp16'
        ? new Tensor('float16', new Uint16Array(0), shape)
        : new Tensor('float32', new Float32Array(0), shape);
    this.#nothing = { ids: [], feeds: this.#pastFeeds(() => none) };
    this.#past = this.#nothing;
  }

  /** Replaces the beginning before. */
  async remember(prefix: Sequence): Promise<void> {
    this.#past = prefix.length === 0 ? this.#nothing : await this.#extend(this.#nothing, prefix);
  }

  async run(sequences: readonly Sequence[]): Promise<Float32Array[]> {
    const rows: Float32Array[] = [];
    for (const group of groups(sequences)) {
      const [first] = group;
      const long = first && first.length > MAX_RUN;
      rows.push(...(long ? await this.#runLong(first) : await this.#runPacked(group, this.#past)));
    }
    return rows;
  }

  release(): Promise<void> {
    return this.#session.release();
  }

  async #runLong(ids: Sequence): Promise<Float32Array[]> {
    let past = this.#nothing;
    const lastPiece = Math.floor((ids.length - 1) / MAX_RUN) * MAX_RUN;
    for (let at = 0; at < lastPiece; at += MAX_RUN)
      past = await this.#extend(past, ids.slice(at, at + MAX_RUN));
    return this.#runPacked([ids], past);
  }

  async #runPacked(sequences: readonly Sequence[], past: Past): Promise<Float32Array[]> {
    const output = await this.#session.run(this.#feeds(sequences, past), [names.result]);
    return checkedRows(output[names.result]?.data, sequences.length, this.#width, this.#precision);
  }

  async #extend(past: Past, ids: Sequence): Promise<Past> {
    const fetches = this.#layers().flatMap((layer) => [
      names.present('key', layer),
      names.present('value', layer),
    ]);
    const whole = [...past.ids, ...ids];
    const output = await this.#session.run(this.#feeds([whole], past), fetches);
    return {
      ids: whole,
      feeds: this.#pastFeeds((kind, layer) => {
        const tensor = output[names.present(kind, layer)];
        if (!tensor) throw new Error(`the graph did not give layer ${layer}'s ${kind}s`);
        return tensor;
      }),
    };
  }

  #feeds(sequences: readonly Sequence[], past: Past): Record<string, Tensor> {
    const { ids, positions, bias, last } = pack(sequences, past.ids);
    const total = past.ids.length + ids.length;
    return {
      ...past.feeds,
      [names.ids]: new Tensor('int64', ids, [1, ids.length]),
      [names.positions]: new Tensor('int64', positions, [1, ids.length]),
      [names.bias]: new Tensor('float32', bias, [1, 1, ids.length, total]),
      [names.last]: new Tensor('int64', last, [last.length]),
      [names.keysBefore]: new Tensor('int32', Int32Array.of(total - 1), [1]),
      [names.keysTotal]: new Tensor('int32', Int32Array.of(total), []),
    };
  }

  #pastFeeds(tensor: (kind: 'key' | 'value', layer: number) => Tensor): Record<string, Tensor> {
    return Object.fromEntries(
      this.#layers().flatMap((layer) =>
        (['key', 'value'] as const).map((kind) => [names.past(kind, layer), tensor(kind, layer)]),
      ),
    );
  }

  #layers(): number[] {
    return Array.from({ length: this.#config.layers }, (_, layer) => layer);
  }
}

/** Neighbours that fit a run together; a sequence that does not fit one is alone. */
function groups(sequences: readonly Sequence[]): Sequence[][] {
  const all: Sequence[][] = [];
  let room = 0;
  for (const ids of sequences) {
    if (ids.length > room) {
      all.push([]);
      room = MAX_RUN;
    }
    all.at(-1)?.push(ids);
    room -= ids.length;
  }
  return all;
}
