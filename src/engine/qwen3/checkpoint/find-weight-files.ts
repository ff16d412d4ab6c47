import { z } from 'zod';
import { type FoundFile, findFile, readJson } from './read-file.ts';
import { quoted, unusable } from './unusable.ts';

const INDEX = 'model.safetensors.index.json';
const index = z.object({ weight_map: z.record(z.string(), z.string()) });

export interface WeightFiles {
  readonly files: readonly FoundFile[];
  /** Which file holds which tensor, by its published name, where an index says so. */
  readonly promised: ReadonlyMap<string, string>;
}

/**
 * The files that hold the weights: `model.safetensors`, or the shards that the index names.
 * Rejects with `model` where one is missing or lies elsewhere.
 */
export async function findWeightFiles(folder: string): Promise<WeightFiles> {
  const single = await findFile(folder, 'model.safetensors');
  if (single) return { files: [single], promised: new Map() };
  if (!(await findFile(folder, INDEX))) throw unusable(folder, 'no_weights');
  const { data } = index.safeParse(await readJson(folder, INDEX, 16 * 1024 * 1024));
  const promised = new Map(Object.entries(data?.weight_map ?? {}));
  if (promised.size === 0) throw unusable(folder, 'index_form');
  const files: FoundFile[] = [];
  for (const name of new Set(promised.values())) {
    if (!/^\w[\w.-]*\.safetensors$/.test(name)) throw unusable(folder, 'shard_name', { file: quoted(name) });
    const file = await findFile(folder, name);
    if (!file) throw unusable(folder, 'shard_missing', { file: name });
    files.push(file);
  }
  return { files, promised };
}
