const SPACE = '▁';
const EMPTY = -1;
/** What a character outside the vocabulary costs more than the rarest piece, as in SentencePiece. */
const UNKNOWN_PENALTY = 10;

/**
 * Splits text into the likeliest pieces of a Unigram vocabulary (Viterbi), as SentencePiece and Hugging Face's
 * tokenizers do; each run of unknown characters becomes one unknown token.
 *
 * Written here because the general library builds a tree of maps and a lattice of objects: three times this loading
 * time and ten times this encoding time. A test holds the two to the same ids.
 */
export class Unigram {
  /** One open-addressing hash table is the whole prefix tree: (node, UTF-16 unit) to child node. */
  readonly #keys: Float64Array;
  readonly #children: Int32Array;
  readonly #mask: number;
  /** The piece that ends at a node, or -1. */
  readonly #pieces: Int32Array;
  readonly #scores: Float64Array;
  readonly #unknown: number;
  readonly #unknownScore: number;
  #nodes = 1;

  /**
   * @param pieces Pieces by id.
   * @param scores Their log probabilities.
   * @param unknown Id of the unknown token.
   * @param reserved Ids that no text may become, such as padding: `<pad>` in a text is five characters.
   */
  constructor(
    pieces: readonly string[],
    scores: Float64Array,
    unknown: number,
    reserved: readonly number[] = [],
  ) {
    const units = pieces.reduce((sum, piece) => sum + piece.length, 1);
    const size = 2 ** Math.ceil(Math.log2(units * 2));
    this.#mask = size - 1;
    this.#keys = new Float64Array(size).fill(EMPTY);
    this.#children = new Int32Array(size);
    this.#pieces = new Int32Array(units + 1).fill(EMPTY);
    this.#scores = scores;
    this.#unknown = unknown;
    this.#unknownScore = scores.reduce((a, b) => Math.min(a, b), 0) - UNKNOWN_PENALTY;
    pieces.forEach((piece, id) => {
      if (id !== unknown && !reserved.includes(id)) this.#add(piece, id);
    });
  }

  /** The ids of a text that is already normalised; an empty text has none. */
  encode(text: string): number[] {
    const marked = text.replaceAll(' ', SPACE);
    const ids: number[] = [];
    // A piece never holds a space but at its start, so that every word can be solved by itself.
    for (let start = 0; start < marked.length; ) {
      const next = marked.indexOf(SPACE, start + 1);
      const end = next === -1 ? marked.length : next;
      this.#encodeWord(marked, start, end, ids);
      start = end;
    }
    return ids;
  }

  #encodeWord(text: string, start: number, end: number, ids: number[]): void {
    const length = end - start;
    const best = new Float64Array(length + 1).fill(Number.NEGATIVE_INFINITY);
    const from = new Int32Array(length + 1).fill(EMPTY);
    const via = new Int32Array(length + 1);
    best[0] = 0;
    const offer = (at: number, to: number, piece: number, score: number) => {
      const total = (best[at] ?? 0) + score;
      // Only better ones replace, so that of equals the piece that starts first stays.
      if (from[to] !== EMPTY && total <= (best[to] ?? 0)) return;
      best[to] = total;
      from[to] = at;
      via[to] = piece;
    };
    for (let at = 0; at < length; at++) {
      if (at > 0 && from[at] === EMPTY) continue;
      const character = (text.codePointAt(start + at) ?? 0) > 0xffff ? 2 : 1;
      let known = false;
      for (let to = at, node = 0; to < length; ) {
        node = this.#child(node, text.charCodeAt(start + to));
        if (node === EMPTY) break;
        to++;
        const piece = this.#pieces[node] ?? EMPTY;
        if (piece === EMPTY) continue;
        known ||= to - at === character;
        offer(at, to, piece, this.#scores[piece] ?? 0);
      }
      if (!known) offer(at, Math.min(at + character, length), this.#unknown, this.#unknownScore);
    }
    this.#readBack(from, via, length, ids);
  }

  #readBack(from: Int32Array, via: Int32Array, length: number, ids: number[]): void {
    const first = ids.length;
    for (let at = length; at > 0; at = from[at] ?? 0) {
      const piece = via[at] ?? this.#unknown;
      if (piece === this.#unknown && ids.length > first && ids.at(-1) === this.#unknown) continue;
      ids.push(piece);
    }
    for (let low = first, high = ids.length - 1; low < high; low++, high--) {
      const swap = ids[low] ?? 0;
      ids[low] = ids[high] ?? 0;
      ids[high] = swap;
    }
  }

  #add(piece: string, id: number): void {
    let node = 0;
    for (let i = 0; i < piece.length; i++) {
      const slot = this.#slot(node, piece.charCodeAt(i));
      if (this.#keys[slot] === EMPTY) {
        this.#keys[slot] = key(node, piece.charCodeAt(i));
        this.#children[slot] = this.#nodes++;
      }
      node = this.#children[slot] ?? EMPTY;
    }
    this.#pieces[node] = id;
  }

  #child(node: number, unit: number): number {
    const slot = this.#slot(node, unit);
    return this.#keys[slot] === EMPTY ? EMPTY : (this.#children[slot] ?? EMPTY);
  }

  /** The slot that holds the edge, or the free one where it would stand. */
  #slot(node: number, unit: number): number {
    const wanted = key(node, unit);
    let hash = Math.imul(node ^ Math.imul(unit, 0x9e3779b1), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    for (let slot = (hash ^ (hash >>> 13)) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const found = this.#keys[slot];
      if (found === wanted || found === EMPTY) return slot;
    }
  }
}

function key(node: number, unit: number): number {
  return node * 0x10000 + unit;
}
