import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskFailure } from './disk-failure.ts';
import type { ModelPlaces } from './model-home.ts';
import type { ModelRecord } from './record.ts';
import { RECORD_FILE } from './record.ts';
import { writeJson } from './write-json.ts';

/**
 * Makes what was put together the model's folder, in one rename. An older version of the model is moved aside first
 * and removed when the new one is there.
 */
export async function install(places: ModelPlaces, files: string, record: ModelRecord): Promise<void> {
  const { folder, staging } = places;
  const replaced = join(staging, 'replaced');
  await writeJson(join(files, RECORD_FILE), record);
  try {
    await syncFolder(files);
    await mkdir(dirname(folder), { recursive: true });
    await rm(replaced, { recursive: true, force: true });
    await rename(folder, replaced).catch(ignoreMissing);
    await rename(files, folder);
    await syncFolder(dirname(folder));
  } catch (error) {
    throw diskFailure(folder, error);
  }
}

/** Windows has no way to sync a folder, and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
