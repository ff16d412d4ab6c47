import type { TensorPlace, WeightType } from './checkpoint.ts';
import type { Qwen3Config } from './qwen3-config.ts';
import type { FoundFile } from './read-file.ts';
import type { HeaderEntry } from './read-safetensors-header.ts';
import { quoted, unusable } from './unusable.ts';

export interface FileEntries {
  readonly file: FoundFile;
  readonly entries: readonly HeaderEntry[];
}

/**
 * Matches what the files hold with what the config asks for.
 * Rejects with `model` where a tensor is missing, there twice, of another shape, in a format that is not read, or
 * unknown: a bias or a scale that went unnoticed would give wrong vectors.
 *
 * @returns The tensors by their published names without `model.`.
 */
export function checkTensors(
  folder: string,
  config: Qwen3Config,
  files: readonly FileEntries[],
): Map<string, TensorPlace> {
  const expected = expectedTensors(config);
  const found = new Map<string, { entry: HeaderEntry; file: FoundFile }>();
  const unknown: string[] = [];
  for (const { file, entries } of files) {
    for (const entry of entries) {
      const name = entry.name.replace(/^model\./, '');
      const before = found.get(name);
      if (before)
        throw unusable(folder, 'twice', { tensor: quoted(name), file: before.file.name, other: file.name });
      found.set(name, { entry, file });
      if (!expected.has(name) && !name.endsWith('rotary_emb.inv_freq')) unknown.push(name);
    }
  }
  const missing = [...expected.keys()].filter((name) => !found.has(name) && name !== HEAD);
  if (missing.length > 0)
    throw unusable(folder, 'missing', { count: missing.length, names: firstThree(missing) });

  const tensors = new Map<string, TensorPlace>();
  for (const [name, shape] of expected) {
    const at = found.get(name);
    if (!at || (name === HEAD && config.tied)) continue;
    const { entry, file } = at;
    const { type } = entry;
    if (!isWeightType(type))
      throw unusable(folder, 'stored_as', { tensor: quoted(name), file: file.name, type: quoted(type) });
    if (String(entry.shape) !== String(shape))
      throw unusable(folder, 'wrong_shape', {
        tensor: quoted(name),
        shape: quoted(entry.shape),
        expected: quoted(shape),
      });
    const { offset, length } = entry;
    tensors.set(name, { file: file.path, offset, length, type, shape });
  }
  // Last, since quantised weights bring tensors of their own, and the sentence on their format helps more.
  if (unknown.length > 0)
    throw unusable(folder, 'unknown', { count: unknown.length, names: firstThree(unknown) });
  return tensors;
}

const HEAD = 'lm_head.weight';

const isWeightType = (type: string): type is WeightType =>
  type === 'BF16' || type === 'F16' || type === 'F32';

function firstThree(names: readonly string[]): string {
  return names.slice(0, 3).map(quoted).join(', ') + (names.length > 3 ? ', …' : '');
}

function expectedTensors(config: Qwen3Config): Map<string, readonly number[]> {
  const { hidden, heads, kvHeads, headDim, ffn, vocabulary } = config;
  const tensors = new Map<string, readonly number[]>([['embed_tokens.weight', [vocabulary, hidden]]]);
  for (let layer = 0; layer < config.layers; layer += 1) {
    const at = `layers.${layer}.`;
    tensors.set(`${at}input_layernorm.weight`, [hidden]);
    tensors.set(`${at}self_attn.q_proj.weight`, [heads * headDim, hidden]);
    tensors.set(`${at}self_attn.k_proj.weight`, [kvHeads * headDim, hidden]);
    tensors.set(`${at}self_attn.v_proj.weight`, [kvHeads * headDim, hidden]);
    tensors.set(`${at}self_attn.q_norm.weight`, [headDim]);
    tensors.set(`${at}self_attn.k_norm.weight`, [headDim]);
    tensors.set(`${at}self_attn.o_proj.weight`, [hidden, heads * headDim]);
    tensors.set(`${at}post_attention_layernorm.weight`, [hidden]);
    tensors.set(`${at}mlp.gate_proj.weight`, [ffn, hidden]);
    tensors.set(`${at}mlp.up_proj.weight`, [ffn, hidden]);
    tensors.set(`${at}mlp.down_proj.weight`, [hidden, ffn]);
  }
  tensors.set('norm.weight', [hidden]);
  tensors.set(HEAD, [vocabulary, hidden]);
  return tensors;
}
