/** The first values of a vector, made one of unit length again. A vector of that length comes back as it is. */
export function shortenVector(vector: Float32Array, dimensions: number): Float32Array {
  if (dimensions >= vector.length) return vector;
  const values = vector.slice(0, dimensions);
  const norm = Math.hypot(...values);
  return norm === 0 ? values : values.map((value) => value / norm);
}
