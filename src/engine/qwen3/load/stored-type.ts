import type { Checkpoint, WeightType } from '../checkpoint/checkpoint.ts';

/** The type that the checkpoint's matrices are stored in; norms may be in another. */
export function storedType({ tensors }: Pick<Checkpoint, 'tensors'>): WeightType {
  return tensors.get('layers.0.self_attn.q_proj.weight')?.type ?? 'BF16';
}
