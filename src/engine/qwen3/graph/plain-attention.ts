import type { GraphBuilder } from '../../onnx/graph-builder.ts';
import { elementTypes, int, ints } from '../../onnx/types.ts';
import type { Qwen3Config } from '../checkpoint/qwen3-config.ts';
import type { Weights } from './weights.ts';

/**
 * Lower than any attention score and within half precision; the bias of the packed layout has far lower ones, which
 * would become infinite there.
 */
const LOWEST = -3e4;

export interface PlainAttentionParts {
  readonly config: Qwen3Config;
  readonly compute: Weights['compute'];
  /** Normed queries and keys, and values: [1, length, heads * headDim], keys and values with kvHeads. */
  readonly query: string;
  readonly key: string;
  readonly value: string;
  /** Rotary tables [positions, headDim / 2] and each token's position [1, length]. */
  readonly tables: readonly [cos: string, sin: string];
  readonly positions: string;
  /** [1, 1, length, past + length] in the compute type, see {@link plainBias}. */
  readonly bias: string;
  /** [1, kvHeads, past, headDim]. */
  readonly past: readonly [key: string, value: string];
  /** Names for past and new keys and values together. */
  readonly present: readonly [key: string, value: string];
}

/** The bias of the packed layout in the type that is computed in. */
export function plainBias(graph: GraphBuilder, bias: string, compute: Weights['compute']): string {
  if (compute === 'float32') return bias;
  const finite = graph.node('Max', [bias, graph.floats('lowest', Float32Array.of(LOWEST))]);
  return graph.node('Cast', [finite], { attributes: { to: int(elementTypes[compute]) } });
}

/**
 * Grouped-query attention in ONNX's own operators, for devices whose GroupQueryAttention cannot be relied on. Heads
 * that share keys stand side by side, so that no key is copied for each of them. Memory grows with the length times
 * the keys; gives [length, heads * headDim].
 */
export function plainAttention(graph: GraphBuilder, parts: PlainAttentionParts): string {
  const { config, compute, tables, positions, bias, past, present } = parts;
  const { heads, kvHeads, headDim } = config;
  const rotate = (value: string) =>
    graph.node('RotaryEmbedding', [value, positions, ...tables], { domain: 'com.microsoft' });
  const transpose = (value: string, ...order: number[]) =>
    graph.node('Transpose', [value], { attributes: { perm: ints(...order) } });
  const reshape = (value: string, name: string, shape: readonly number[]) =>
    graph.node('Reshape', [value, graph.integers(name, shape)]);
  // [1, length, kvHeads * headDim] to [1, kvHeads, past + length, headDim].
  const withPast = (value: string, which: 0 | 1) => {
    const split = transpose(reshape(value, 'plain_keys', [1, -1, kvHeads, headDim]), 0, 2, 1, 3);
    return graph.node('Concat', [past[which], split], {
      attributes: { axis: int(2) },
      outputs: [present[which]],
    });
  };

  const byHead = transpose(
    reshape(rotate(parts.query), 'plain_queries', [-1, kvHeads, heads / kvHeads, headDim]),
    1,
    2,
    0,
    3,
  );
  const scale = graph.floats('attention_scale', Float32Array.of(1 / Math.sqrt(headDim)));
  const typedScale =
    compute === 'float32'
      ? scale
      : graph.node('Cast', [scale], { attributes: { to: int(elementTypes[compute]) } });
  const queries = graph.node('Mul', [byHead, typedScale]);
  const keys = transpose(withPast(rotate(parts.key), 0), 1, 0, 3, 2);
  const values = transpose(withPast(parts.value, 1), 1, 0, 2, 3);
  const scores = graph.node('Add', [graph.node('MatMul', [queries, keys]), bias]);
  const shares = graph.node('Softmax', [scores], { attributes: { axis: int(-1) } });
  const attended = graph.node('MatMul', [shares, values]);
  return reshape(transpose(attended, 2, 0, 1, 3), 'query_flat', [-1, heads * headDim]);
}
