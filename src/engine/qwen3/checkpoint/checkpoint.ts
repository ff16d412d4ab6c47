import type { Qwen3Config } from './qwen3-config.ts';

/** The number formats of published checkpoints that this engine reads. */
export type WeightType = 'BF16' | 'F16' | 'F32';

/** Where a tensor lies: `length` bytes from `offset` of `file`, row-major, little-endian. */
export interface TensorPlace {
  /** An absolute path with symbolic links resolved, as onnxruntime refuses links that leave the model's folder. */
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly type: WeightType;
  readonly shape: readonly number[];
}

/** A published checkpoint folder whose every file was checked, with nothing of its weights in memory. */
export interface Checkpoint {
  readonly folder: string;
  readonly config: Qwen3Config;
  /**
   * Every tensor of the model by its published name without the prefix `model.`: `embed_tokens.weight`,
   * `layers.0.self_attn.q_proj.weight`, …, `norm.weight`, and `lm_head.weight` where it is there and not tied.
   * All that the config asks for are there, with the shapes that it says.
   */
  readonly tensors: ReadonlyMap<string, TensorPlace>;
  /** SHA-256 in hex over the config, the headers and a sample of the weights: another checkpoint has another. */
  readonly digest: string;
}
