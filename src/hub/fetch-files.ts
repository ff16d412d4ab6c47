import { copyFile, link, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { checksumOf } from './download/checksum.ts';
import { downloadFile } from './download/download-file.ts';
import type { ModelRecord } from './home/record.ts';
import type { Pull } from './pull.ts';
import type { RemoteFile } from './source/model-source.ts';

/** A version of the model that is there already. */
export interface OldVersion {
  readonly folder: string;
  readonly record: ModelRecord | undefined;
}

/**
 * Brings files into the staging folder, one after the other. What is there stays; what an older version of the
 * model has with the same checksum is taken from there. Gives the SHA-256 of each by its path.
 */
export async function fetchFiles(
  pull: Pull,
  files: readonly RemoteFile[],
  old?: OldVersion,
): Promise<Map<string, string>> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const hashes = new Map<string, string>();
  const there = new Map<string, number>();
  for (const file of files) there.set(file.path, await pull.staging.bytesOf(file));
  const report = (file: RemoteFile, bytes: number) => {
    there.set(file.path, bytes);
    const done = [...there.values()].reduce((sum, size) => sum + size, 0);
    pull.onEvent({ kind: 'progress', file: file.path, done, total });
  };
  for (const file of files) {
    pull.signal.throwIfAborted();
    hashes.set(file.path, await fetchOne(pull, file, old, (bytes) => report(file, bytes)));
  }
  return hashes;
}

async function fetchOne(
  pull: Pull,
  file: RemoteFile,
  old: OldVersion | undefined,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const { staging, source, model, deps, signal, onEvent } = pull;
  const target = staging.target(file);
  if (!(await staging.has(file)) && old) await reuse(pull, old, file);
  if (await staging.has(file)) {
    onBytes(file.size);
    return hashOfWhole(file, target, signal);
  }
  const sha256 = await downloadFile({
    source,
    model,
    file,
    partPath: staging.part(file),
    target,
    deps,
    signal,
    onBytes,
    onRetry: (retry) => onEvent({ kind: 'retry', file: file.path, ...retry }),
  });
  onEvent({ kind: 'fetched', file: file.path, size: file.size });
  return sha256;
}

/** A file got its name only once it was checked: where its SHA-256 was what it was checked for, that is its hash. */
async function hashOfWhole(file: RemoteFile, path: string, signal: AbortSignal): Promise<string> {
  if (file.digest.algorithm === 'sha256') return file.digest.value;
  return (await checksumOf(path, file, file.size, signal)).sha256();
}

/** Whether an older version has the same file, which then needs no room of its own. */
export function isKept({ path, digest }: RemoteFile, old: ModelRecord | undefined): boolean {
  const known = old?.files.find((file) => file.path === path);
  return digest.algorithm === 'sha256' && known?.sha256 === digest.value;
}

/** A new version of a model mostly changes a text beside the same weights. */
async function reuse(
  { staging, signal }: Pull,
  { folder, record }: OldVersion,
  file: RemoteFile,
): Promise<void> {
  if (!isKept(file, record)) return;
  const from = join(folder, file.path);
  try {
    if (!(await checksumOf(from, file, file.size, signal)).matches()) return;
    await link(from, staging.target(file)).catch(async () => {
      await copyFile(from, staging.part(file));
      await rename(staging.part(file), staging.target(file));
    });
  } catch {
    // Gone or unreadable: it is fetched like any other.
    signal.throwIfAborted();
  }
}
