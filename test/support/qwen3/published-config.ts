import type { WeightType } from '../../../src/engine/qwen3/checkpoint/checkpoint.ts';
import type { CheckpointShape } from './random-checkpoint.ts';

/** `config.json` with the fields of the published Qwen3-Embedding and Qwen3-Reranker checkpoints. */
export function publishedConfig(shape: CheckpointShape, endId: number): Record<string, unknown> {
  return {
    architectures: ['Qwen3ForCausalLM'],
    attention_bias: false,
    attention_dropout: 0.0,
    bos_token_id: endId,
    eos_token_id: endId,
    head_dim: shape.headDim,
    hidden_act: 'silu',
    hidden_size: shape.hidden,
    initializer_range: 0.02,
    intermediate_size: shape.ffn,
    max_position_embeddings: shape.maxPositions,
    max_window_layers: shape.layers,
    model_type: 'qwen3',
    num_attention_heads: shape.heads,
    num_hidden_layers: shape.layers,
    num_key_value_heads: shape.kvHeads,
    rms_norm_eps: 1e-6,
    rope_scaling: null,
    rope_theta: shape.ropeTheta,
    sliding_window: null,
    tie_word_embeddings: shape.tied,
    torch_dtype: torchType[shape.type],
    transformers_version: '4.51.3',
    use_cache: true,
    use_sliding_window: false,
    vocab_size: shape.vocabulary,
  };
}

const torchType: Readonly<Record<WeightType, string>> = {
  BF16: 'bfloat16',
  F16: 'float16',
  F32: 'float32',
};
