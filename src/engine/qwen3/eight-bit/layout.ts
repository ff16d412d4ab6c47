import type { Qwen3Config } from '../checkpoint/qwen3-config.ts';
import { layerMatrices, layerWeight } from '../graph/weights.ts';
import { BLOCK, blocksOf } from './quantize-rows.ts';

/** One matrix in the file: codes uint8 [rows, blocks, BLOCK], scales float32 [rows, blocks]. */
export interface EightBitMatrix {
  readonly rows: number;
  /** Width of a row before it was cut into blocks. */
  readonly width: number;
  readonly codes: Span;
  readonly scales: Span;
}

/** Bytes of the file. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

export interface EightBitLayout {
  /** By the names of the checkpoint's tensors. */
  readonly matrices: ReadonlyMap<string, EightBitMatrix>;
  /** Bytes of the file. */
  readonly size: number;
}

/** The header's room before the first matrix. */
export const HEADER_BYTES = 4096;
const ALIGNMENT = 64;

/** Where everything lies in the 8-bit file of a checkpoint: it follows from the config alone. */
export function eightBitLayout(config: Qwen3Config): EightBitLayout {
  const { hidden, heads, kvHeads, headDim, ffn } = config;
  const query = heads * headDim;
  const key = kvHeads * headDim;
  const shapes: Record<(typeof layerMatrices)[number], readonly [rows: number, width: number]> = {
    'self_attn.q_proj': [query, hidden],
    'self_attn.k_proj': [key, hidden],
    'self_attn.v_proj': [key, hidden],
    'self_attn.o_proj': [hidden, query],
    'mlp.gate_proj': [ffn, hidden],
    'mlp.up_proj': [ffn, hidden],
    'mlp.down_proj': [hidden, ffn],
  };
  let end = HEADER_BYTES;
  const span = (length: number): Span => {
    const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    end = offset + length;
    return { offset, length };
  };
  const matrices = new Map<string, EightBitMatrix>();
  for (let layer = 0; layer < config.layers; layer++) {
    for (const part of layerMatrices) {
      const [rows, width] = shapes[part];
      const blocks = rows * blocksOf(width);
      matrices.set(layerWeight(layer, part), {
        rows,
        width,
        codes: span(blocks * BLOCK),
        scales: span(blocks * Float32Array.BYTES_PER_ELEMENT),
      });
    }
  }
  return { matrices, size: end };
}
