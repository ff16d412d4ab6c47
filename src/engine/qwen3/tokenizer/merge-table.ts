/** Which pairs of tokens are merged: an open-addressing hash table from two ids to the rank and the merged id. */
export class MergeTable {
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #ranks: Int32Array;
  readonly #merged: Int32Array;
  readonly #mask: number;

  /**
   * Throws where a merge or its result is not in the vocabulary.
   *
   * @param merges `a b` or `["a", "b"]`, in the order in which they are applied.
   */
  constructor(vocabulary: ReadonlyMap<string, number>, merges: readonly unknown[]) {
    const size = 2 ** Math.ceil(Math.log2(merges.length * 2 + 2));
    this.#mask = size - 1;
    this.#left = new Int32Array(size).fill(-1);
    this.#right = new Int32Array(size);
    this.#ranks = new Int32Array(size);
    this.#merged = new Int32Array(size);
    for (const [rank, merge] of merges.entries()) {
      const [first, second] = parts(merge);
      const left = vocabulary.get(first);
      const right = vocabulary.get(second);
      const merged = vocabulary.get(first + second);
      if (left === undefined || right === undefined || merged === undefined)
        throw new Error(`merge ${rank} is not in the vocabulary`);
      const at = this.find(left, right);
      if (this.#left[at] !== -1) continue;
      this.#left[at] = left;
      this.#right[at] = right;
      this.#ranks[at] = rank;
      this.#merged[at] = merged;
    }
  }

  /** Where a pair stands, or the empty place where it would. */
  find(left: number, right: number): number {
    let at = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) >>> 0;
    at = (at ^ (at >>> 15)) & this.#mask;
    while (this.#left[at] !== -1 && (this.#left[at] !== left || this.#right[at] !== right))
      at = (at + 1) & this.#mask;
    return at;
  }

  /** How early a pair is merged, or -1 for never. */
  rank(left: number, right: number): number {
    const at = this.find(left, right);
    return this.#left[at] === -1 ? -1 : (this.#ranks[at] ?? -1);
  }

  /** What a pair that has a rank becomes. */
  merged(left: number, right: number): number {
    return this.#merged[this.find(left, right)] ?? -1;
  }
}

function parts(merge: unknown): [string, string] {
  const pair: unknown[] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : [];
  const [first, second] = pair;
  if (pair.length !== 2 || typeof first !== 'string' || typeof second !== 'string')
    throw new Error('a merge is not a pair');
  return [first, second];
}
