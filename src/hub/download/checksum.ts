import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { RemoteFile } from '../source/model-source.ts';

/** A file whose checksum was published. */
export type Checked = Pick<RemoteFile, 'size' | 'digest'>;

/** The checksum of a file whose bytes pass by once. */
export interface Checksum {
  update(chunk: Uint8Array): void;
  /** SHA-256 in hex of what has passed so far. */
  sha256(): string;
  /** Whether what has passed is the published file. */
  matches(): boolean;
}

export function createChecksum({ size, digest }: Checked): Checksum {
  const sha256 = createHash('sha256');
  // Git hashes the length before the content.
  const gitSha1 = digest.algorithm === 'git-sha1' ? createHash('sha1').update(`blob ${size}\0`) : undefined;
  const hex = (hash: Hash) => hash.copy().digest('hex');
  return {
    update(chunk) {
      sha256.update(chunk);
      gitSha1?.update(chunk);
    },
    sha256: () => hex(sha256),
    matches: () => hex(gitSha1 ?? sha256) === digest.value,
  };
}

/** Hashes the first `length` bytes of what may be a published file, or its beginning. */
export async function checksumOf(
  path: string,
  file: Checked,
  length: number,
  signal: AbortSignal,
): Promise<Checksum> {
  const checksum = createChecksum(file);
  if (length === 0) return checksum;
  const bytes = createReadStream(path, { end: length - 1, highWaterMark: 1 << 20, signal });
  for await (const chunk of bytes) checksum.update(chunk);
  return checksum;
}
