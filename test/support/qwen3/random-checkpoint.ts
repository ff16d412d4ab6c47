import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { WeightType } from '../../../src/engine/qwen3/checkpoint/checkpoint.ts';
import type { Qwen3Config } from '../../../src/engine/qwen3/checkpoint/qwen3-config.ts';
import { publishedConfig } from './published-config.ts';
import { tensorList } from './tensor-list.ts';
import { NoiseBlocks, tensorBytes, writeSafetensors } from './write-safetensors.ts';

/** The small tokenizer has ids up to 1525, the published one up to 151668; the vocabulary may be smaller. */
export interface CheckpointShape extends Omit<Qwen3Config, 'rmsNormEps'> {
  readonly type: WeightType;
  /** In front of the tensors' names. */
  readonly prefix: 'model.' | '';
  /** How many files the weights are spread over. */
  readonly shards: number;
  readonly seed: number;
  /** Which tokenizer lies beside the weights: one of 1,526 ids, or Qwen3's own. */
  readonly tokenizer: 'small' | 'qwen3';
}

export const tinyShape: CheckpointShape = {
  layers: 2,
  hidden: 48,
  heads: 4,
  kvHeads: 2,
  headDim: 16,
  ffn: 96,
  vocabulary: 1526,
  maxPositions: 32768,
  tied: true,
  type: 'BF16',
  prefix: '',
  shards: 1,
  seed: 1,
  ropeTheta: 1000000,
  tokenizer: 'small',
};

/** The shape of Qwen3-Embedding-0.6B: 1.2 GB in BF16. */
export const shape06B: CheckpointShape = {
  ...tinyShape,
  layers: 28,
  hidden: 1024,
  heads: 16,
  kvHeads: 8,
  headDim: 128,
  ffn: 3072,
  vocabulary: 151669,
  tokenizer: 'qwen3',
};

/**
 * Writes a folder that looks like a published checkpoint, with random weights; the same options give the same bytes.
 *
 * @returns The whole shape, defaults filled in from {@link tinyShape}.
 */
export async function writeRandomCheckpoint(
  folder: string,
  options: Partial<CheckpointShape> = {},
): Promise<CheckpointShape> {
  const shape = { ...tinyShape, ...options };
  await mkdir(folder, { recursive: true });
  const tokenizer = await readTokenizer(shape.tokenizer);
  const end = shape.tokenizer === 'qwen3' ? 151643 : 1500;
  await Promise.all([
    writeFile(join(folder, 'config.json'), json(publishedConfig(shape, end))),
    writeFile(join(folder, 'tokenizer.json'), tokenizer),
    writeFile(join(folder, 'tokenizer_config.json'), json(tokenizerConfig)),
    writeWeights(folder, shape),
  ]);
  return shape;
}

async function writeWeights(folder: string, shape: CheckpointShape): Promise<void> {
  const tensors = tensorList(shape);
  const noise = new NoiseBlocks(tensors, shape.type, shape.seed);
  const total = tensors.reduce((sum, tensor) => sum + tensorBytes(tensor, shape.type), 0);
  if (shape.shards === 1)
    return writeSafetensors(join(folder, 'model.safetensors'), tensors, shape.type, noise);
  const five = (number: number) => String(number).padStart(5, '0');
  const weightMap: Record<string, string> = {};
  let done = 0;
  for (let shard = 1; shard <= shape.shards; shard += 1) {
    const file = `model-${five(shard)}-of-${five(shape.shards)}.safetensors`;
    const share = [];
    while (tensors[0] && (share.length === 0 || done < (total * shard) / shape.shards)) {
      const tensor = tensors[0];
      tensors.shift();
      share.push(tensor);
      weightMap[tensor.name] = file;
      done += tensorBytes(tensor, shape.type);
    }
    await writeSafetensors(join(folder, file), share, shape.type, noise);
  }
  const index = { metadata: { total_size: total }, weight_map: weightMap };
  await writeFile(join(folder, 'model.safetensors.index.json'), json(index));
}

async function readTokenizer(name: CheckpointShape['tokenizer']): Promise<Buffer> {
  const fixture = (file: string) => readFile(new URL(`../../fixtures/qwen3/${file}`, import.meta.url));
  return name === 'small'
    ? fixture('tokenizer-small.json')
    : promisify(gunzip)(await fixture('tokenizer.json.gz'));
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** The published file less the list of added tokens, which `tokenizer.json` holds as well. */
const tokenizerConfig = {
  add_bos_token: false,
  add_prefix_space: false,
  bos_token: null,
  clean_up_tokenization_spaces: false,
  eos_token: '<|im_end|>',
  errors: 'replace',
  model_max_length: 131072,
  pad_token: '<|endoftext|>',
  split_special_tokens: false,
  tokenizer_class: 'Qwen2Tokenizer',
  unk_token: null,
};
