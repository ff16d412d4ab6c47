import type { WeightType } from './checkpoint.ts';

/**
 * Little-endian numbers of a checkpoint to fp32, exactly. As everything that onnxruntime runs on, the machine must be
 * little-endian itself.
 *
 * @param bytes Must begin at a multiple of four in its memory.
 * @param into As many values as `bytes` holds.
 */
export function decodeValues(bytes: Uint8Array, type: WeightType, into: Float32Array): void {
  if (type === 'F32') {
    new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(bytes);
    return;
  }
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, into.length);
  const words = new Uint32Array(into.buffer, into.byteOffset, into.length);
  if (type === 'BF16') {
    for (let i = 0; i < words.length; i += 1) words[i] = (halves[i] ?? 0) << 16;
  } else {
    for (let i = 0; i < words.length; i += 1) words[i] = wordOfHalf(halves[i] ?? 0);
  }
}

/** The bits of the fp32 number that equals a half-precision one. */
function wordOfHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // Below 2^-14 the leading one stands somewhere in the fraction; fp32 has room to move it to the front.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}
