/** Token ids of one text, as the model reads them. */
export type Sequence = readonly number[];

/** Several sequences end to end in one row, with what says who sees whom. */
export interface PackedBatch {
  readonly ids: BigInt64Array;
  /** The place of each id in its own sequence. */
  readonly positions: BigInt64Array;
  /** [ids, past + ids], row-major: 0 where a token sees a key, {@link UNSEEN} where not. */
  readonly bias: Float32Array;
  /** Where each sequence's last token is. */
  readonly last: BigInt64Array;
}

/** Far below any attention score, and finite, so that no sum with it can overflow. */
const UNSEEN = -1e30;

/**
 * Packs sequences so that nothing is padded and no shared beginning is computed twice.
 * A sequence that begins as `past` does, whose keys and values are known, sees them for as many tokens as are equal:
 * ids are compared, because a text's first characters can merge with the last ones of what stands before it. What all
 * sequences have in common beyond that is computed once, and seen by all.
 */
export function pack(sequences: readonly Sequence[], past: Sequence): PackedBatch {
  const known = sequences.map((ids) => commonPrefix(ids, past));
  const stem = stemOf(sequences, past, known);
  const rows = stem.length + sequences.reduce((sum, ids, i) => sum + ids.length - start(i), 0);
  const width = past.length + rows;
  const ids = new BigInt64Array(rows);
  const positions = new BigInt64Array(rows);
  const bias = new Float32Array(rows * width).fill(UNSEEN);
  const last = new BigInt64Array(sequences.length);

  let row = 0;
  const put = (id: number, position: number, knownKeys: number, stemKeys: number, first: number) => {
    ids[row] = BigInt(id);
    positions[row] = BigInt(position);
    const line = row * width;
    bias.fill(0, line, line + knownKeys);
    bias.fill(0, line + past.length, line + past.length + stemKeys);
    bias.fill(0, line + past.length + first, line + past.length + row + 1);
    row++;
  };
  stem.forEach((id, i) => {
    put(id, past.length + i, past.length, 0, 0);
  });
  sequences.forEach((sequence, i) => {
    const first = row;
    for (let at = start(i); at < sequence.length; at++) {
      put(sequence[at] ?? 0, at, known[i] ?? 0, stem.length, first);
    }
    last[i] = BigInt(row - 1);
  });
  return { ids, positions, bias, last };

  function start(i: number): number {
    return (known[i] ?? 0) + stem.length;
  }
}

/** The ids after `past` that all sequences share; none where one of them does not begin with all of `past`. */
function stemOf(sequences: readonly Sequence[], past: Sequence, known: readonly number[]): Sequence {
  const [first = [], ...others] = sequences;
  if (others.length === 0 || known.some((length) => length < past.length)) return [];
  const end = Math.min(...others.map((ids) => commonPrefix(ids, first)));
  return first.slice(past.length, Math.max(past.length, end));
}

/** How many ids are equal from the start; never all of `ids`, since a sequence needs its last token computed. */
export function commonPrefix(ids: Sequence, other: Sequence): number {
  const end = Math.min(ids.length - 1, other.length);
  let length = 0;
  while (length < end && ids[length] === other[length]) length++;
  return length;
}
