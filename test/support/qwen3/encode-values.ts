import type { WeightType } from '../../../src/engine/qwen3/checkpoint/checkpoint.ts';

export const bytesPerValue: Readonly<Record<WeightType, number>> = { BF16: 2, F16: 2, F32: 4 };

/** Numbers in a checkpoint's format, little-endian, rounded to the nearest, ties to even. */
export function encodeValues(values: Float32Array, type: WeightType): Buffer {
  const bytes = Buffer.alloc(values.length * bytesPerValue[type]);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (const [i, word] of bits.entries()) {
    if (type === 'F32') bytes.writeUInt32LE(word, i * 4);
    else bytes.writeUInt16LE(type === 'BF16' ? bfloat16(word) : float16(word), i * 2);
  }
  return bytes;
}

/** The upper half of a float's bits; NaN and overflow do not occur in what is encoded here. */
function bfloat16(word: number): number {
  return ((word + 0x7fff + ((word >>> 16) & 1)) >>> 16) & 0xffff;
}

function float16(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const exponent = ((word >>> 23) & 0xff) - 127;
  const fraction = (word & 0x7fffff) | 0x800000;
  if (exponent < -25) return sign;
  if (exponent > 15) return sign | 0x7c00;
  // Below 2^-14 a half has no leading one, so that more of the fraction is shifted out.
  const shift = exponent < -14 ? -exponent - 1 : 13;
  const kept = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  const rounded = kept + (rest > half || (rest === half && kept & 1) ? 1 : 0);
  return sign | (exponent < -14 ? rounded : rounded + ((exponent + 14) << 10));
}
