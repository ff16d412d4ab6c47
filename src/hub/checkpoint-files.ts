import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { KbError } from '../errors.ts';
import { detail } from './detail.ts';
import type { Listing, RemoteFile } from './source/model-source.ts';
import {
  isShardName,
  OPTIONAL_FILES,
  REQUIRED_FILES,
  SINGLE_WEIGHTS,
  WEIGHTS_INDEX,
} from './wanted-files.ts';

/** What of a repository is fetched before the weights, and how the weights are found. */
export interface Basics {
  readonly config: RemoteFile;
  /** The tokenizer and the small files. */
  readonly others: readonly RemoteFile[];
  /** The one file with all weights, or the index that names several. */
  readonly weights: RemoteFile;
}

/** Picks the files to fetch. Throws `model` where the repository lacks one that the engine needs. */
export function pickBasics({ model, files }: Listing): Basics {
  const find = (path: string) => files.find((file) => file.path === path);
  const weights = find(SINGLE_WEIGHTS) ?? find(WEIGHTS_INDEX);
  if (!weights) throw unusable(model, 'noWeights');
  const [config, ...required] = REQUIRED_FILES.map((path) => {
    const file = find(path);
    if (!file) throw unusable(model, 'lacksFile', { file: path });
    return file;
  });
  if (!config) throw unusable(model, 'lacksFile', { file: 'config.json' });
  const optional = OPTIONAL_FILES.map(find).filter((file) => file !== undefined);
  return { config, others: [...required, ...optional], weights };
}

const configFile = z.object({ model_type: z.string() });

/** Checks, from `config.json`, that the engine can run the model. Throws `model`. */
export async function checkConfig(model: string, path: string): Promise<void> {
  const config = configFile.safeParse(await readJsonFile(path));
  if (!config.success) throw unusable(model, 'badConfig');
  const type = config.data.model_type;
  if (type !== 'qwen3') throw unusable(model, 'notQwen3', { type });
}

const indexFile = z.object({ weight_map: z.record(z.string(), z.string()) });

/** The shards that an index names. Throws `model` for an index that is unreadable, or names what it may not. */
export async function shardsOf({ model, files }: Listing, path: string): Promise<RemoteFile[]> {
  const index = indexFile.safeParse(await readJsonFile(path));
  if (!index.success) throw unusable(model, 'badIndex');
  const names = [...new Set(Object.values(index.data.weight_map))].sort();
  if (names.length === 0) throw unusable(model, 'badIndex');
  return names.map((name) => {
    if (!isShardName(name)) throw unusable(model, 'unsafeShard', { file: name });
    const shard = files.find((file) => file.path === name);
    if (!shard) throw unusable(model, 'lacksFile', { file: name });
    return shard;
  });
}

async function readJsonFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function unusable(model: string, ...said: Parameters<typeof detail>): KbError {
  return new KbError('model', { values: { model, detail: detail(...said) } });
}
