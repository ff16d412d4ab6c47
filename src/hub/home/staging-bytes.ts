import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes of what an unfinished pull has fetched. */
export async function stagingBytes(staging: string): Promise<number> {
  return (await folderBytes(join(staging, 'files'))) + (await folderBytes(join(staging, 'parts')));
}

async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
