import { z } from 'zod';
import type { Qwen3Config } from './qwen3-config.ts';
import { readJson } from './read-file.ts';
import { quoted, unusable } from './unusable.ts';

const size = (most: number) => z.int().min(1).max(most);

const anything = z.unknown().optional();

/** The fields that decide whether this engine computes the model, before its sizes are looked at. */
const kind = z.object({
  model_type: anything,
  architectures: z.array(z.string()).nullish(),
  quantization_config: anything,
  attention_bias: anything,
  hidden_act: anything,
  use_sliding_window: anything,
  layer_types: z.array(z.string()).nullish(),
  rope_scaling: anything,
  rope_parameters: anything,
  is_causal: anything,
  use_bidirectional_attention: anything,
});

/** Upper limits are far above any published model; they keep a damaged file from asking for absurd work. */
const sizes = z.object({
  num_hidden_layers: size(1024),
  hidden_size: size(65536),
  num_attention_heads: size(1024),
  num_key_value_heads: size(1024),
  // Defaults are those of the reference's Qwen3Config.
  head_dim: size(4096).default(128),
  intermediate_size: size(262144),
  vocab_size: size(16777216),
  max_position_embeddings: size(16777216).default(32768),
  rms_norm_eps: z.number().positive().max(0.01).default(1e-6),
  rope_theta: z.number().positive().nullish(),
  rope_parameters: z.object({ rope_theta: z.number().positive().nullish() }).nullish(),
  tie_word_embeddings: z.boolean().default(false),
});

/**
 * Reads `config.json`, as older and newer versions of the reference library write it.
 * Rejects with `model` where it is missing, damaged, or describes a model that this engine does not compute.
 */
export async function readConfig(folder: string): Promise<Qwen3Config> {
  const json = await readJson(folder, 'config.json', 1024 * 1024);
  refuseOtherModels(folder, parse(folder, kind, json));
  const is = parse(folder, sizes, json);
  const [heads, kvHeads] = [is.num_attention_heads, is.num_key_value_heads];
  if (heads % kvHeads !== 0) throw unusable(folder, 'head_counts', { heads, kvHeads });
  if (is.head_dim % 2 !== 0) throw unusable(folder, 'odd_head', { value: is.head_dim });
  return {
    layers: is.num_hidden_layers,
    hidden: is.hidden_size,
    heads,
    kvHeads,
    headDim: is.head_dim,
    ffn: is.intermediate_size,
    vocabulary: is.vocab_size,
    maxPositions: is.max_position_embeddings,
    rmsNormEps: is.rms_norm_eps,
    ropeTheta: is.rope_parameters?.rope_theta ?? is.rope_theta ?? 10000,
    tied: is.tie_word_embeddings,
  };
}

function refuseOtherModels(folder: string, is: z.output<typeof kind>): void {
  if (is.model_type === undefined) throw unusable(folder, 'field_missing', { field: 'model_type' });
  if (is.model_type !== 'qwen3') throw unusable(folder, 'model_type', { value: quoted(is.model_type) });
  const architectures = is.architectures ?? [];
  if (architectures.length > 0 && !architectures.some((name) => readable.has(name)))
    throw unusable(folder, 'architecture', { value: quoted(architectures[0]) });
  const quantised = z.object({ quant_method: z.string() }).safeParse(is.quantization_config).data;
  if (given(is.quantization_config))
    throw unusable(folder, 'quantised_config', { value: quoted(quantised?.quant_method ?? 'unknown') });

  const refuse = (field: string, value: unknown) => {
    throw unusable(folder, 'unsupported', { field, value: quoted(value) });
  };
  if (given(is.attention_bias)) refuse('attention_bias', is.attention_bias);
  if (is.hidden_act !== undefined && is.hidden_act !== 'silu') refuse('hidden_act', is.hidden_act);
  if (given(is.use_sliding_window)) refuse('use_sliding_window', is.use_sliding_window);
  const other = is.layer_types?.find((type) => type !== 'full_attention');
  if (other !== undefined) refuse('layer_types', other);
  if (given(is.rope_scaling) && ropeType(is.rope_scaling) !== 'default')
    refuse('rope_scaling', is.rope_scaling);
  if (given(is.rope_parameters) && (ropeType(is.rope_parameters) ?? 'default') !== 'default')
    refuse('rope_parameters', is.rope_parameters);
  if (is.is_causal === false) refuse('is_causal', is.is_causal);
  if (given(is.use_bidirectional_attention))
    refuse('use_bidirectional_attention', is.use_bidirectional_attention);
}

const readable = new Set(['Qwen3ForCausalLM', 'Qwen3Model']);

const given = (value: unknown) => value !== undefined && value !== null && value !== false;

/** How positions are scaled; both names of the field occur. */
function ropeType(value: unknown): string | undefined {
  const { data } = z
    .object({ rope_type: z.string().optional(), type: z.string().optional() })
    .safeParse(value);
  return data?.rope_type ?? data?.type;
}

function parse<T extends z.ZodType>(folder: string, schema: T, json: unknown): z.output<T> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path ?? [];
  if (path.length === 0) throw unusable(folder, 'not_json', { file: 'config.json' }, result.error);
  const value = path.reduce<unknown>((at, key) => Object(at)[key], json);
  const values = { field: path.join('.'), value: quoted(value) };
  throw unusable(folder, value === undefined ? 'field_missing' : 'field_value', values, result.error);
}
