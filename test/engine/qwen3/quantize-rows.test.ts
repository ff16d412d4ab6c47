import { describe, expect, it } from 'vitest';
import { BLOCK, blocksOf, quantizeRows } from '../../../src/engine/qwen3/eight-bit/quantize-rows.ts';

function quantize(values: number[], width: number) {
  const rows = values.length / width;
  const codes = new Uint8Array(rows * blocksOf(width) * BLOCK);
  const scales = new Float32Array(rows * blocksOf(width));
  quantizeRows(Float32Array.from(values), width, codes, scales);
  return { codes, scales };
}

describe('quantizeRows', () => {
  it('keeps every value within half a step of its block', () => {
    const values = Array.from(
      { length: BLOCK * 4 },
      (_, i) => Math.sin(i * 12.9898) * (i < BLOCK ? 100 : 0.01),
    );
    const { codes, scales } = quantize(values, BLOCK * 2);
    values.forEach((value, i) => {
      const scale = scales[Math.floor(i / BLOCK)] ?? 0;
      expect(Math.abs(((codes[i] ?? 0) - 128) * scale - value)).toBeLessThanOrEqual(scale * 0.501);
    });
    // A large block does not spoil its small neighbour.
    expect(scales[1]).toBeLessThan(0.001);
  });

  it('fills a short last block with zeros and keeps rows apart', () => {
    const { codes, scales } = quantize([1, -1, 0.5, 4, 0, -2], 3);
    expect(scales).toHaveLength(2);
    expect([...codes.slice(0, 4)]).toEqual([255, 1, 192, 128]);
    expect([...codes.slice(BLOCK, BLOCK + 4)]).toEqual([255, 128, 64, 128]);
  });

  it('gives zeros for zeros, and a scale that is no number for what is none', () => {
    expect(quantize([0, 0], 2)).toMatchObject({ scales: Float32Array.of(0) });
    expect(quantize([0, Number.NaN, 3], 3).scales[0]).toBeNaN();
    expect(quantize([Number.POSITIVE_INFINITY, 1], 2).scales[0]).toBe(Number.POSITIVE_INFINITY);
  });
});
