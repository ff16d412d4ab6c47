import { webcrypto } from 'node:crypto';
import { join } from 'node:path';
import type { Manifest } from './manifest.ts';

/**
 * Rejects, with a sentence about the file, where its bytes are not those that `model.json` describes: a half-written
 * or exchanged file must not answer questions. The hashing happens on another thread.
 */
export async function checkFile(
  folder: string,
  manifest: Manifest,
  name: keyof Manifest['sha256'],
  bytes: Uint8Array,
): Promise<void> {
  const digest = await webcrypto.subtle.digest('SHA-256', bytes);
  if (Buffer.from(digest).toString('hex') === manifest.sha256[name]) return;
  throw new Error(
    `${join(folder, name)} is damaged or not the file that model.json describes; fetch it again`,
  );
}
