import { statfs } from 'node:fs/promises';

/** Bytes that may still be written in a folder's file system; `undefined` where it does not tell. */
export async function freeSpace(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
