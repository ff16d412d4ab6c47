import type { Stats } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unusable } from './unusable.ts';

/** A file of a checkpoint that is there. */
export interface FoundFile {
  /** As it is called in the folder. */
  readonly name: string;
  /** With symbolic links resolved. */
  readonly path: string;
  readonly size: number;
}

/** Looks a file up, without reading it. Undefined where it is not there. Rejects with `model` where it is no file. */
export async function findFile(folder: string, name: string): Promise<FoundFile | undefined> {
  let path: string;
  let found: Stats;
  try {
    path = await realpath(join(folder, name));
    found = await stat(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(reasonOf(error))) return undefined;
    throw unusable(folder, 'unreadable', { file: name, reason: reasonOf(error) }, error);
  }
  // A named pipe would keep its reader waiting for ever.
  if (!found.isFile()) throw unusable(folder, 'not_a_file', { file: name });
  return { name, path, size: found.size };
}

/** The bytes of a file that must be there. Rejects with `model` where it is not, or has more than `limit` bytes. */
export async function readWholeFile(folder: string, name: string, limit: number): Promise<Buffer> {
  const file = await findFile(folder, name);
  if (!file) throw unusable(folder, 'file_missing', { file: name });
  if (file.size > limit) throw unusable(folder, 'too_long', { file: name, size: file.size });
  try {
    return await readFile(file.path);
  } catch (error) {
    throw unusable(folder, 'unreadable', { file: name, reason: reasonOf(error) }, error);
  }
}

/** A JSON file's value. Rejects with `model` where the file is missing, too large, or not JSON. */
export async function readJson(folder: string, name: string, limit: number): Promise<unknown> {
  const bytes = await readWholeFile(folder, name, limit);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw unusable(folder, 'not_json', { file: name }, error);
  }
}

/** What the system says of a failed read, without the path: `EACCES`, `EIO`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
