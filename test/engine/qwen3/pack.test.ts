import { describe, expect, it } from 'vitest';
import { pack } from '../../../src/engine/qwen3/run/pack.ts';

/** For each row, the keys that it sees, as `p0` (past) or `r3` (row). */
function seen(sequences: number[][], past: number[]): string[] {
  const { ids, bias } = pack(sequences, past);
  const width = past.length + ids.length;
  return Array.from({ length: ids.length }, (_, row) =>
    Array.from({ length: width }, (_, key) => key)
      .filter((key) => bias[row * width + key] === 0)
      .map((key) => (key < past.length ? `p${key}` : `r${key - past.length}`))
      .join(' '),
  );
}

const numbers = (values: BigInt64Array) => [...values].map(Number);

describe('pack', () => {
  it('lets every token see its own sequence up to itself and nothing else', () => {
    const { ids, positions, last } = pack([[7, 8], [9], [7, 8, 9]], []);
    expect(numbers(ids)).toEqual([7, 8, 9, 7, 8, 9]);
    expect(numbers(positions)).toEqual([0, 1, 0, 0, 1, 2]);
    expect(numbers(last)).toEqual([1, 2, 5]);
    expect(seen([[7, 8], [9], [7, 8, 9]], [])).toEqual(['r0', 'r0 r1', 'r2', 'r3', 'r3 r4', 'r3 r4 r5']);
  });

  it('does not compute again what a sequence begins with', () => {
    const past = [1, 2, 3];
    const { ids, positions } = pack([[1, 2, 3, 4, 5]], past);
    expect(numbers(ids)).toEqual([4, 5]);
    expect(numbers(positions)).toEqual([3, 4]);
    expect(seen([[1, 2, 3, 4, 5]], past)).toEqual(['p0 p1 p2 r0', 'p0 p1 p2 r0 r1']);
  });

  it('uses only as much of the past as has the same ids', () => {
    // The third id differs, as when a question's first characters merge with the colon before them.
    expect(seen([[1, 2, 9, 4]], [1, 2, 3])).toEqual(['p0 p1 r0', 'p0 p1 r0 r1']);
    expect(numbers(pack([[1, 2, 9, 4]], [1, 2, 3]).positions)).toEqual([2, 3]);
    expect(seen([[5, 2]], [1, 2, 3])).toEqual(['r0', 'r0 r1']);
  });

  it('computes the last token even where the past has it', () => {
    const { ids, positions, last } = pack([[1, 2]], [1, 2, 3]);
    expect([numbers(ids), numbers(positions), numbers(last)]).toEqual([[2], [1], [0]]);
    expect(seen([[1, 2]], [1, 2, 3])).toEqual(['p0 r0']);
  });

  it('computes once what all sequences share after the past', () => {
    const sequences = [
      [1, 5, 6, 7],
      [1, 5, 6, 8, 9],
    ];
    const { ids, positions, last } = pack(sequences, [1]);
    expect(numbers(ids)).toEqual([5, 6, 7, 8, 9]);
    expect(numbers(positions)).toEqual([1, 2, 3, 3, 4]);
    expect(numbers(last)).toEqual([2, 4]);
    expect(seen(sequences, [1])).toEqual([
      'p0 r0',
      'p0 r0 r1',
      'p0 r0 r1 r2',
      'p0 r0 r1 r3',
      'p0 r0 r1 r3 r4',
    ]);
  });

  it('shares nothing where one sequence begins differently, and nothing of equal sequences but their last', () => {
    expect(
      numbers(
        pack(
          [
            [1, 5, 6],
            [2, 5, 6],
          ],
          [1],
        ).ids,
      ),
    ).toEqual([5, 6, 2, 5, 6]);
    expect(
      numbers(
        pack(
          [
            [5, 6],
            [5, 6],
          ],
          [],
        ).ids,
      ),
    ).toEqual([5, 6, 6]);
    expect(numbers(pack([[4], [4]], []).last)).toEqual([0, 1]);
  });
});
