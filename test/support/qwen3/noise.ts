/** A stream of 32-bit integers that is the same on every machine: integer arithmetic only. */
export function seededIntegers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/**
 * Values with mean 0 and variance 1, nearly normal: sums of eight uniform ones, since the logarithm and the cosine of
 * the usual way may differ in their last bit between machines.
 */
export function normalValues(count: number, seed: number): Float64Array {
  const next = seededIntegers(seed);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    let sum = 0;
    for (let part = 0; part < 4; part += 1) {
      const bits = next();
      sum += (bits & 0xffff) + (bits >>> 16);
    }
    values[i] = (sum - 8 * 32767.5) / SPREAD;
  }
  return values;
}

/** Standard deviation of the sum of eight uniform integers of 16 bits. */
const SPREAD = Math.sqrt((8 * (65536 * 65536 - 1)) / 12);
