import { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from './manifest.ts';

type FileName = keyof Manifest['sha256'];

/**
 * A file of the model, if it is the one that `model.json` describes: a half-written or exchanged file must not answer
 * questions. Rejects with a sentence about the file otherwise.
 */
export async function readChecked(folder: string, manifest: Manifest, name: FileName): Promise<Buffer> {
  const bytes = await readFile(join(folder, name));
  await check(folder, manifest, name, bytes);
  return bytes;
}

/** Rejects where the bytes are not the file that `model.json` describes. The hashing happens on another thread. */
export async function check(
  folder: string,
  manifest: Manifest,
  name: FileName,
  bytes: Uint8Array,
): Promise<void> {
  const digest = await webcrypto.subtle.digest('SHA-256', bytes);
  if (Buffer.from(digest).toString('hex') === manifest.sha256[name]) return;
  throw new Error(
    `${join(folder, name)} is damaged or not the file that model.json describes; fetch it again`,
  );
}
