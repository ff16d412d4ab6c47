import { GraphBuilder } from '../../onnx/graph-builder.ts';
import { elementTypes, float, type Graph, int } from '../../onnx/types.ts';
import type { Qwen3Config } from '../checkpoint/qwen3-config.ts';
import { plainAttention, plainBias } from './plain-attention.ts';
import { ropeTables } from './rope-tables.ts';
import { layerWeight, type Weights } from './weights.ts';

export interface DecoderOptions {
  readonly config: Qwen3Config;
  readonly weights: Weights;
  /**
   * How several sequences share a run. `packed`: end to end in one row, an attention bias says who sees whom, and keys
   * and values of a prefix come from outside. `padded`: a row each, padded at the right, no prefix.
   */
  readonly layout: 'packed' | 'padded';
  /** `grouped`: the fused operator. `plain`: ONNX's own operators, for the packed layout. Default `grouped`. */
  readonly attention?: 'grouped' | 'plain';
  /** Rows of the rotary tables: at least the keys of the longest run. */
  readonly positions: number;
  /** What comes out of a sequence's last hidden state, normed. */
  readonly head: (graph: GraphBuilder, hidden: string) => string;
  /** Values that the head gives for a sequence. */
  readonly width: number;
}

/** Names of the graph's inputs and outputs. */
export const names = {
  ids: 'input_ids',
  last: 'last',
  positions: 'position_ids',
  bias: 'attention_bias',
  keysBefore: 'seqlens_k',
  keysTotal: 'total_sequence_length',
  result: 'result',
  past: (kind: Kind, layer: number) => `past_${kind}.${layer}`,
  present: (kind: Kind, layer: number) => `present_${kind}.${layer}`,
} as const;

type Kind = 'key' | 'value';

/**
 * The Qwen3 decoder over token ids, up to what one wants of each sequence's last token.
 *
 * Inputs: `input_ids` int64 [rows, length] (`packed`: one row); `last` int64 [sequences], the place of each sequence's
 * last token in the flattened ids; for grouped attention `seqlens_k` int32 [rows] and `total_sequence_length` int32
 * scalar as GroupQueryAttention wants them; `packed` also `position_ids` int64 [1, length], `attention_bias` float32
 * [1, 1, length, past + length], and `past_key.N`, `past_value.N` [1, kvHeads, past, headDim] of every layer.
 * Outputs: `result` [sequences, width] float32; `packed` also `present_key.N` and `present_value.N`, which cost
 * nothing where they are not fetched.
 *
 * Rows of hidden states are kept two-dimensional; only attention sees the rows. In the last layer everything after
 * attention is done for the last tokens alone.
 */
export function decoderGraph(options: DecoderOptions): Graph {
  const { config, weights, layout } = options;
  const graph = new GraphBuilder();
  const packed = layout === 'packed';
  const rows = packed ? 1 : 'rows';
  const ids = graph.input(names.ids, 'int64', [rows, 'length']);
  const last = graph.input(names.last, 'int64', ['sequences']);
  const attention = attentionInputs(graph, options);
  const shapes = reshapes(graph, ids, config);

  const flatIds = graph.node('Reshape', [ids, graph.integers('flat', [-1])]);
  let residual = weights.embed(graph, flatIds);
  let normed = rmsNorm(graph, options, residual, layerWeight(0, 'input_layernorm'));
  for (let layer = 0; layer < config.layers; layer++) {
    let attended = attend(graph, options, layer, normed, attention, shapes);
    if (layer === config.layers - 1) {
      attended = graph.node('Gather', [attended, last]);
      residual = graph.node('Gather', [residual, last]);
    }
    const projected = weights.multiply(graph, layerWeight(layer, 'self_attn.o_proj'), attended);
    const half = layerWeight(layer, 'post_attention_layernorm');
    [normed, residual] = addAndNorm(graph, options, [projected, residual], half);
    const next = layer + 1 < config.layers ? layerWeight(layer + 1, 'input_layernorm') : 'norm.weight';
    [normed, residual] = addAndNorm(
      graph,
      options,
      [feedForward(graph, weights, layer, normed), residual],
      next,
    );
  }
  const hidden =
    weights.compute === 'float32' ? normed : graph.node('Cast', [normed], { attributes: { to: FLOAT32 } });
  graph.node('Identity', [options.head(graph, hidden)], { outputs: [names.result] });
  graph.output(names.result, 'float32', ['sequences', options.width]);
  return graph.build('qwen3');
}

const FLOAT32 = int(elementTypes.float32);

interface AttentionInputs {
  /** Grouped attention only. */
  readonly lengths: readonly string[];
  readonly tables: readonly [cos: string, sin: string];
  /** `packed` only. */
  readonly positions: string;
  readonly bias: string;
}

function attentionInputs(graph: GraphBuilder, options: DecoderOptions): AttentionInputs {
  const { config, layout, positions, weights } = options;
  const packed = layout === 'packed';
  const plain = options.attention === 'plain';
  const { cos, sin } = ropeTables(positions, config.headDim, config.ropeTheta);
  const table = (name: string, values: Float32Array) => {
    const floats = graph.floats(name, values, [positions, config.headDim / 2]);
    if (weights.compute === 'float32') return floats;
    return graph.node('Cast', [floats], { attributes: { to: int(elementTypes[weights.compute]) } });
  };
  const bias = packed ? graph.input(names.bias, 'float32', [1, 1, 'length', 'total']) : '';
  return {
    lengths: plain
      ? []
      : [
          graph.input(names.keysBefore, 'int32', [packed ? 1 : 'rows']),
          graph.input(names.keysTotal, 'int32', []),
        ],
    tables: [table('cos', cos), table('sin', sin)],
    positions: packed ? graph.input(names.positions, 'int64', [1, 'length']) : '',
    bias: plain ? plainBias(graph, bias, weights.compute) : bias,
  };
}

interface Reshapes {
  /** To [rows, length, heads * headDim] and back: what attention takes and gives. */
  readonly rows: { readonly query: string; readonly key: string };
  /** To [rows, length, heads, headDim]: what a norm of each head takes. */
  readonly heads: { readonly query: string; readonly key: string };
  readonly flat: string;
}

function reshapes(graph: GraphBuilder, ids: string, config: Qwen3Config): Reshapes {
  const { heads, kvHeads, headDim } = config;
  const shape = graph.node('Shape', [ids]);
  const rows = (name: string, width: number) =>
    graph.node('Concat', [shape, graph.integers(`${name}_width`, [width])], { attributes: { axis: int(0) } });
  return {
    rows: { query: rows('query', heads * headDim), key: rows('key', kvHeads * headDim) },
    heads: {
      query: graph.integers('query_heads', [-1, heads, headDim]),
      key: graph.integers('key_heads', [-1, kvHeads, headDim]),
    },
    flat: graph.integers('query_flat', [-1, heads * headDim]),
  };
}

/** Grouped-query attention with normed, rotated queries and keys; [rows, hidden] to [rows, heads * headDim]. */
function attend(
  graph: GraphBuilder,
  options: DecoderOptions,
  layer: number,
  input: string,
  { lengths, tables, positions, bias }: AttentionInputs,
  shapes: Reshapes,
): string {
  const { config, weights, layout } = options;
  const project = (name: 'q' | 'k' | 'v') =>
    weights.multiply(graph, layerWeight(layer, `self_attn.${name}_proj`), input);
  const normed = (name: 'q' | 'k', kind: 'query' | 'key') => {
    const heads = graph.node('Reshape', [project(name), shapes.heads[kind]]);
    const norm = rmsNorm(graph, options, heads, layerWeight(layer, `self_attn.${name}_norm`));
    return graph.node('Reshape', [norm, shapes.rows[kind]]);
  };
  const query = normed('q', 'query');
  const key = normed('k', 'key');
  const value = graph.node('Reshape', [project('v'), shapes.rows.key]);
  const packed = layout === 'packed';
  const cached = (kind: Kind) => {
    const shape = (length: string) => [1, config.kvHeads, length, config.headDim];
    if (packed) graph.output(names.present(kind, layer), weights.compute, shape('total'));
    // `present` has a name also where nobody reads it: not every version of a GPU's kernel can do without.
    return {
      past: packed ? graph.input(names.past(kind, layer), weights.compute, shape('past')) : '',
      present: names.present(kind, layer),
    };
  };
  const [keys, values] = [cached('key'), cached('value')];
  const past = [keys.past, values.past] as const;
  const present = [keys.present, values.present] as const;
  if (options.attention === 'plain') {
    const { compute } = weights;
    const given = { config, compute, query, key, value, tables, positions, bias, past, present };
    return plainAttention(graph, given);
  }
  const attended = graph.node(
    'GroupQueryAttention',
    [query, key, value, ...past, ...lengths, ...tables, ...(packed ? [positions, bias] : [])],
    {
      domain: 'com.microsoft',
      attributes: { num_heads: int(config.heads), kv_num_heads: int(config.kvHeads), do_rotary: int(1) },
      outputs: [`attention.${layer}`, ...present],
    },
  );
  return graph.node('Reshape', [attended, shapes.flat]);
}

/** SwiGLU: silu(gate) * up, then down. */
function feedForward(graph: GraphBuilder, weights: Weights, layer: number, input: string): string {
  const project = (name: 'gate' | 'up' | 'down', value: string) =>
    weights.multiply(graph, layerWeight(layer, `mlp.${name}_proj`), value);
  const gate = project('gate', input);
  // QuickGelu with alpha 1 is SiLU in one pass; bfloat16 has none.
  const silu =
    weights.compute === 'bfloat16'
      ? graph.node('Mul', [gate, graph.node('Sigmoid', [gate])])
      : graph.node('QuickGelu', [gate], { domain: 'com.microsoft', attributes: { alpha: float(1) } });
  return project('down', graph.node('Mul', [silu, project('up', input)]));
}

function rmsNorm(
  graph: GraphBuilder,
  { weights, config }: DecoderOptions,
  input: string,
  name: string,
): string {
  return graph.node('SimplifiedLayerNormalization', [input, weights.norm(graph, name)], {
    attributes: { axis: int(-1), epsilon: float(config.rmsNormEps) },
  });
}

/** The norm of a sum, and the sum: what every half of a layer ends with. */
function addAndNorm(
  graph: GraphBuilder,
  { weights, config }: DecoderOptions,
  [added, residual]: readonly [string, string],
  name: string,
): [normed: string, sum: string] {
  const normed = `${name}.out`;
  const sum = `${name}.sum`;
  graph.node('SkipSimplifiedLayerNormalization', [added, residual, weights.norm(graph, name)], {
    domain: 'com.microsoft',
    attributes: { epsilon: float(config.rmsNormEps) },
    outputs: [normed, '', '', sum],
  });
  return [normed, sum];
}
