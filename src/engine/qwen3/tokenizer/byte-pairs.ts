import { byteLetters } from './byte-letters.ts';
import { MergeTable } from './merge-table.ts';
import { NumberHeap } from './number-heap.ts';

/** More than the bytes of any word: a queued merge is its rank times this plus its place. */
const PLACES = 2 ** 31;

/**
 * Byte pair encoding over UTF-8 bytes: while any pair of neighbours can be merged, the earliest learned one is, and of
 * equal ones the leftmost.
 *
 * Written here because the general library joins strings where this compares numbers, which takes ten times as long and
 * four times the memory. A test holds the two, and the reference, to the same ids.
 */
export class BytePairs {
  readonly #byteIds: Int32Array;
  readonly #table: MergeTable;
  readonly #encoder = new TextEncoder();
  readonly #heap = new NumberHeap();
  #bytes = new Uint8Array(1024);
  #ids = new Int32Array(1024);
  #previous = new Int32Array(1024);
  #next = new Int32Array(1024);

  /** Throws where a byte or a merge is not in the vocabulary. */
  constructor(vocabulary: ReadonlyMap<string, number>, merges: readonly unknown[]) {
    this.#byteIds = Int32Array.from(byteLetters(), (letter, byte) => {
      const id = vocabulary.get(letter);
      if (id === undefined) throw new Error(`byte ${byte} is not in the vocabulary`);
      return id;
    });
    this.#table = new MergeTable(vocabulary, merges);
  }

  /** Appends a word's ids. Time grows with the length, times its logarithm. */
  encode(word: string, into: number[]): void {
    const count = this.#load(word);
    for (let at = 0; at + 1 < count; at += 1) this.#queue(at, at + 1);
    for (let best = this.#heap.pop(); best !== undefined; best = this.#heap.pop()) {
      const at = best % PLACES;
      const right = this.#next[at] ?? -1;
      // A pair that was merged meanwhile, on either side, left its entry behind.
      if (right === -1 || this.#rank(at, right) !== Math.floor(best / PLACES)) continue;
      this.#merge(at, right);
    }
    for (let at = count > 0 ? 0 : -1; at !== -1; at = this.#next[at] ?? -1) into.push(this.#ids[at] ?? 0);
  }

  #load(word: string): number {
    if (this.#bytes.length < word.length * 3) {
      const room = word.length * 4;
      this.#bytes = new Uint8Array(room);
      this.#ids = new Int32Array(room);
      this.#previous = new Int32Array(room);
      this.#next = new Int32Array(room);
    }
    const { written } = this.#encoder.encodeInto(word, this.#bytes);
    for (let at = 0; at < written; at += 1) {
      this.#ids[at] = this.#byteIds[this.#bytes[at] ?? 0] ?? 0;
      this.#previous[at] = at - 1;
      this.#next[at] = at + 1 < written ? at + 1 : -1;
    }
    return written;
  }

  #merge(at: number, right: number): void {
    this.#ids[at] = this.#table.merged(this.#ids[at] ?? 0, this.#ids[right] ?? 0);
    // No pair has this id, so that entries which still name the vanished place are passed over.
    this.#ids[right] = -2;
    const after = this.#next[right] ?? -1;
    this.#next[at] = after;
    this.#next[right] = -1;
    if (after !== -1) {
      this.#previous[after] = at;
      this.#queue(at, after);
    }
    const before = this.#previous[at] ?? -1;
    if (before !== -1) this.#queue(before, at);
  }

  #queue(left: number, right: number): void {
    const rank = this.#rank(left, right);
    if (rank !== -1) this.#heap.push(rank * PLACES + left);
  }

  #rank(left: number, right: number): number {
    return this.#table.rank(this.#ids[left] ?? 0, this.#ids[right] ?? 0);
  }
}
