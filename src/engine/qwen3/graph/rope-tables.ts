/** cos and sin of every position and half of the head's width, row-major [positions, headDim / 2]. */
export interface RopeTables {
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

/** The tables of rotary position embedding: pair `i` of a head turns by `position * theta^(-2i / headDim)`. */
export function ropeTables(positions: number, headDim: number, theta: number): RopeTables {
  const half = headDim / 2;
  const cos = new Float32Array(positions * half);
  const sin = new Float32Array(positions * half);
  for (let i = 0; i < half; i++) {
    const frequency = theta ** ((-2 * i) / headDim);
    for (let position = 0; position < positions; position++) {
      const at = position * half + i;
      cos[at] = Math.cos(position * frequency);
      sin[at] = Math.sin(position * frequency);
    }
  }
  return { cos, sin };
}
