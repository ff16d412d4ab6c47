import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isModelId } from '../model-id.ts';
import { SOURCE_NAMES } from '../source/model-source.ts';

/** The file in a pulled model's folder that says what it is. */
export const RECORD_FILE = '.meaning-radar.json';

const file = z.object({
  path: z.string().regex(/^[A-Za-z0-9_][\w.-]*$/),
  /** Bytes. */
  size: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export const modelRecord = z.object({
  id: z.string().refine(isModelId),
  source: z.enum(SOURCE_NAMES),
  /** The commit that all files are of. */
  revision: z.string(),
  /** When it was whole. */
  pulledAt: z.iso.datetime(),
  files: z.array(file),
});

/** What a pulled model is: all files, their sizes and checksums, and where they are from. */
export type ModelRecord = z.output<typeof modelRecord>;

/** The record of a folder; `undefined` where the folder is not a pulled model, or a link to one. */
export async function readRecord(folder: string): Promise<ModelRecord | undefined> {
  try {
    if (!(await lstat(folder)).isDirectory()) return undefined;
    return modelRecord.parse(JSON.parse(await readFile(join(folder, RECORD_FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The files of a record that are missing in its folder or have another size. */
export async function missingFiles(folder: string, record: ModelRecord): Promise<string[]> {
  const sizes = await Promise.all(
    record.files.map(({ path }) =>
      lstat(join(folder, path)).then(
        (stat) => (stat.isFile() ? stat.size : undefined),
        () => undefined,
      ),
    ),
  );
  return record.files.filter(({ size }, index) => sizes[index] !== size).map(({ path }) => path);
}

/** Bytes of all files of a record or a plan. */
export function recordBytes({ files }: { readonly files: readonly { readonly size: number }[] }): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
