import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { diskFailure } from '../home/disk-failure.ts';
import { type Checked, checksumOf, createChecksum } from './checksum.ts';

/** The version that a server gave of a file, and the server: another one's means nothing. */
const partTag = z.object({ origin: z.string(), etag: z.string() });
export type PartTag = z.output<typeof partTag>;

/** The beginning of a file that is being fetched; it outlives the process. */
export interface PartFile {
  /** Bytes that are there. */
  readonly size: number;
  readonly tag: PartTag | undefined;
  setTag(tag: PartTag | undefined): Promise<void>;
  append(chunk: Uint8Array): Promise<void>;
  /** Keeps only the first `size` bytes. */
  cut(size: number): Promise<void>;
  /** Whether it is the whole published file. */
  matches(): boolean;
  sha256(): string;
  /** Makes it the file `target`, safe from a power cut; the part is gone then. */
  finish(target: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens or begins a part; what is there already is hashed first.
 * @param file The whole file; a part that is longer is begun anew.
 */
export async function openPart(path: string, file: Checked, signal: AbortSignal): Promise<PartFile> {
  const tagPath = `${path}.tag`;
  const guarded = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw diskFailure(path, error);
    }
  };
  const handle = await guarded(open(path, 'a+'));
  let size = (await handle.stat()).size;
  let tag = await readTag(tagPath);
  let checksum = createChecksum(file);

  async function cut(to: number): Promise<void> {
    if (to !== size) await guarded(handle.truncate(to));
    size = to;
    checksum = await checksumOf(path, file, to, signal);
  }

  try {
    await cut(size > file.size ? 0 : size);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return {
    get size() {
      return size;
    },
    get tag() {
      return tag;
    },
    async setTag(next) {
      if (next?.origin === tag?.origin && next?.etag === tag?.etag) return;
      tag = next;
      await guarded(next ? writeFile(tagPath, JSON.stringify(next)) : rm(tagPath, { force: true }));
    },
    async append(chunk) {
      await guarded(handle.appendFile(chunk));
      checksum.update(chunk);
      size += chunk.length;
    },
    cut,
    matches: () => checksum.matches(),
    sha256: () => checksum.sha256(),
    async finish(target) {
      await guarded(handle.sync());
      await handle.close();
      await guarded(rename(path, target));
      await rm(tagPath, { force: true });
    },
    close: () => handle.close(),
  };
}

async function readTag(path: string): Promise<PartTag | undefined> {
  try {
    return partTag.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // None, or one that was cut short: the file is then asked for without it.
    return undefined;
  }
}
