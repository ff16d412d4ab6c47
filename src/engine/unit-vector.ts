const TOLERANCE = 1e-6;

/**
 * The vector at unit length, in place; one that has it already stays bit for bit as it is.
 * `undefined` where it cannot be: a value that is not finite, or all zeros.
 */
export function unitVector(vector: Float32Array): Float32Array | undefined {
  let sum = 0;
  for (const value of vector) sum += value * value;
  if (!Number.isFinite(sum) || sum === 0) return undefined;
  if (Math.abs(sum - 1) > TOLERANCE) {
    const length = Math.sqrt(sum);
    for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / length;
  }
  return vector;
}
