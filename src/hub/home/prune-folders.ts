import { rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Removes the folders above a path that have become empty, `levels` at most. */
export async function pruneFolders(path: string, levels: number): Promise<void> {
  let folder = dirname(path);
  for (let level = 0; level < levels; level++) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
    folder = dirname(folder);
  }
}
