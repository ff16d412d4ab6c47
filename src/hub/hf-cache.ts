import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isShardName, REQUIRED_FILES, SINGLE_WEIGHTS, WEIGHTS_INDEX } from './wanted-files.ts';

/** What says where Hugging Face's own tools keep what they have fetched. */
export interface CachePlaces {
  readonly HF_HUB_CACHE?: string | undefined;
  readonly HF_HOME?: string | undefined;
  /** The user's own folder. */
  readonly userHome: string;
}

/** `~/.cache/huggingface/hub`, or what stands for it. */
function cacheFolder({ HF_HUB_CACHE, HF_HOME, userHome }: CachePlaces): string {
  return HF_HUB_CACHE ?? join(HF_HOME ?? join(userHome, '.cache', 'huggingface'), 'hub');
}

/**
 * The folder of a model in the cache of Hugging Face's own tools, where its main branch is there with all that the
 * engine needs; its files are links into the cache.
 */
export async function findInCache(model: string, places: CachePlaces): Promise<string | undefined> {
  const repository = join(cacheFolder(places), `models--${model.replace('/', '--')}`);
  const commit = await readText(join(repository, 'refs', 'main'));
  if (!/^[0-9a-f]{40}$/.test(commit)) return undefined;
  const folder = join(repository, 'snapshots', commit);
  const needed = [...REQUIRED_FILES, ...(await weightFiles(folder))];
  const there = await Promise.all(needed.map((name) => isFile(join(folder, name))));
  return there.every(Boolean) ? folder : undefined;
}

const indexFile = z.object({ weight_map: z.record(z.string(), z.string().refine(isShardName)) });

async function weightFiles(folder: string): Promise<string[]> {
  if (await isFile(join(folder, SINGLE_WEIGHTS))) return [SINGLE_WEIGHTS];
  try {
    const index = indexFile.parse(JSON.parse(await readText(join(folder, WEIGHTS_INDEX))));
    return [WEIGHTS_INDEX, ...new Set(Object.values(index.weight_map))];
  } catch {
    return [WEIGHTS_INDEX, SINGLE_WEIGHTS];
  }
}

async function readText(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim();
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
