import type { CheckpointShape } from './random-checkpoint.ts';

/** How a tensor's values are drawn: their mean and their standard deviation. */
export interface RandomTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly mean: number;
  readonly deviation: number;
}

/**
 * A checkpoint's tensors in the order of its file (by name, as the library that writes the published ones sorts them).
 * Matrices keep the size of what they are given. As in trained models, a layer adds a part of what the stream holds:
 * where random layers add as much as it holds, any rounding error doubles from layer to layer.
 */
export function tensorList(shape: CheckpointShape): RandomTensor[] {
  const { hidden, heads, kvHeads, headDim, ffn, vocabulary, prefix } = shape;
  const tensors: RandomTensor[] = [];
  const add = (name: string, rows: readonly number[], deviation: number, mean = 0) => {
    tensors.push({ name, shape: rows, mean, deviation });
  };
  const matrix = (name: string, rows: number, columns: number, gain = 1) =>
    add(name, [rows, columns], gain / Math.sqrt(columns));
  add(`${prefix}embed_tokens.weight`, [vocabulary, hidden], 1);
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const at = `${prefix}layers.${layer}.`;
    add(`${at}input_layernorm.weight`, [hidden], 0.25, 1);
    add(`${at}post_attention_layernorm.weight`, [hidden], 0.25, 1);
    matrix(`${at}self_attn.q_proj.weight`, heads * headDim, hidden);
    matrix(`${at}self_attn.k_proj.weight`, kvHeads * headDim, hidden);
    matrix(`${at}self_attn.v_proj.weight`, kvHeads * headDim, hidden);
    matrix(`${at}self_attn.o_proj.weight`, hidden, heads * headDim, 0.5);
    add(`${at}self_attn.q_norm.weight`, [headDim], 0.25, 1.2);
    add(`${at}self_attn.k_norm.weight`, [headDim], 0.25, 1.2);
    matrix(`${at}mlp.gate_proj.weight`, ffn, hidden);
    matrix(`${at}mlp.up_proj.weight`, ffn, hidden);
    matrix(`${at}mlp.down_proj.weight`, hidden, ffn);
  }
  add(`${prefix}norm.weight`, [hidden], 0.25, 1);
  if (!shape.tied) matrix('lm_head.weight', vocabulary, hidden);
  return tensors.sort((a, b) => (a.name < b.name ? -1 : 1));
}
