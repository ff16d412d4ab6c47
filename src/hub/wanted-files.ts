/** The one file that holds all weights of a small checkpoint. */
export const SINGLE_WEIGHTS = 'model.safetensors';
/** The file that says which shards hold the weights of a large one. */
export const WEIGHTS_INDEX = 'model.safetensors.index.json';

/** What the engine cannot do without, besides the weights. */
export const REQUIRED_FILES = ['config.json', 'tokenizer.json'] as const;
/** Small files that are kept where they exist: for the engine, or for whoever looks into the folder. */
export const OPTIONAL_FILES = [
  'tokenizer_config.json',
  'generation_config.json',
  'README.md',
  'LICENSE',
] as const;

const NAMES: readonly string[] = [...REQUIRED_FILES, ...OPTIONAL_FILES, SINGLE_WEIGHTS, WEIGHTS_INDEX];
const SHARD = /^[A-Za-z0-9_][\w.-]{0,200}\.safetensors$/;

/** Whether a name is one that an index may name as a shard: a file of the repository's top folder. */
export function isShardName(name: string): boolean {
  return SHARD.test(name);
}

/** Whether a file of a repository may be one that is fetched; other formats of the weights are not. */
export function isCandidate(path: string): boolean {
  return NAMES.includes(path) || isShardName(path);
}
