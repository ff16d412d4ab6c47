import type { GraphBuilder } from '../../onnx/graph-builder.ts';

/** How a graph gets its weights: from the checkpoint as they are, or quantised. Names are those of the checkpoint. */
export interface Weights {
  /** The element type that everything but quantised products is computed in. */
  readonly compute: 'float32' | 'float16' | 'bfloat16';
  /** Rows of the embedding table for `ids`, [n] to [n, hidden]. */
  embed(graph: GraphBuilder, ids: string): string;
  /** The weight of a norm, in the compute type. */
  norm(graph: GraphBuilder, name: string): string;
  /** `input` [n, in] times the transpose of a matrix [out, in]; gives [n, out]. */
  multiply(graph: GraphBuilder, name: string, input: string): string;
}

/** The matrices of one decoder layer. */
export const layerMatrices = [
  'self_attn.q_proj',
  'self_attn.k_proj',
  'self_attn.v_proj',
  'self_attn.o_proj',
  'mlp.gate_proj',
  'mlp.up_proj',
  'mlp.down_proj',
] as const;

/** The name of a layer's weight. */
export function layerWeight(layer: number, part: (typeof layerMatrices)[number] | `${string}norm`): string {
  return `layers.${layer}.${part}.weight`;
}
