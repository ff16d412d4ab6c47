import { createHash } from 'node:crypto';
import type { FakeModel } from './start-hub.ts';

export const MODEL = 'Qwen/Qwen3-Embedding-0.6B';
export const COMMIT = 'c54f2e6e80b2d7b7de06f51cec4959f6b3e03418';

/** Bytes that look random and are the same in every run. */
export function noise(length: number, seed: string): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash('sha256').update(`${seed}${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

export const WEIGHTS = noise(300_000, 'weights');
export const CONFIG = Buffer.from(JSON.stringify({ model_type: 'qwen3', hidden_size: 1024 }));

/** What a pull wants of {@link smallModel}, in the order of the names. */
export const WANTED = [
  'LICENSE',
  'README.md',
  'config.json',
  'generation_config.json',
  'model.safetensors',
  'tokenizer.json',
  'tokenizer_config.json',
];

/** A repository as it is published: what is wanted, and much that is not. */
export function smallModel(files: Record<string, Buffer> = {}): FakeModel {
  return {
    commit: COMMIT,
    files: {
      '.gitattributes': Buffer.from('*.safetensors filter=lfs\n'),
      '1_Pooling/config.json': Buffer.from('{}'),
      LICENSE: Buffer.from('Apache License'),
      'README.md': Buffer.from('# 模型\n'),
      'config.json': CONFIG,
      'generation_config.json': Buffer.from('{}'),
      'model.safetensors': WEIGHTS,
      'onnx/model.onnx': noise(2_000, 'onnx'),
      'pytorch_model.bin': noise(2_000, 'bin'),
      'tokenizer.json': noise(5_000, 'tokenizer'),
      'tokenizer_config.json': Buffer.from('{"a":1}'),
      ...files,
    },
  };
}

export const SHARDS = {
  'model-00001-of-00002.safetensors': noise(120_000, 'one'),
  'model-00002-of-00002.safetensors': noise(90_000, 'two'),
};

/** A repository whose weights are in shards, with an index and a shard that the index does not name. */
export function shardedModel(weightMap: Record<string, string> = defaultWeightMap()): FakeModel {
  const { 'model.safetensors': _, ...files } = smallModel().files;
  const index = { metadata: { total_size: 210_000 }, weight_map: weightMap };
  return {
    commit: COMMIT,
    files: {
      ...files,
      ...SHARDS,
      'consolidated.safetensors': noise(50_000, 'other format'),
      'model.safetensors.index.json': Buffer.from(JSON.stringify(index)),
    },
  };
}

function defaultWeightMap(): Record<string, string> {
  return {
    'embed_tokens.weight': 'model-00001-of-00002.safetensors',
    'layers.0.mlp.up_proj.weight': 'model-00001-of-00002.safetensors',
    'norm.weight': 'model-00002-of-00002.safetensors',
  };
}
