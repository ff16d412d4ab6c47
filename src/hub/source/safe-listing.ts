import { detail } from '../detail.ts';
import { isCandidate } from '../wanted-files.ts';
import { HubFailure } from './hub-failure.ts';
import type { Digest, RemoteFile } from './model-source.ts';

/** A file as a hub names it, before anything of it is believed. */
export interface ListedFile {
  readonly path: string;
  readonly size?: number | undefined;
  readonly digest?: Digest | undefined;
  readonly url: string;
}

const HEX: Readonly<Record<Digest['algorithm'], RegExp>> = {
  sha256: /^[0-9a-f]{64}$/,
  'git-sha1': /^[0-9a-f]{40}$/,
};

/**
 * The files that may be wanted, checked. A listing with any name that leads out of its folder, or with a wanted file
 * whose size or checksum it does not tell, is refused whole.
 */
export function safeListing(model: string, host: string, files: readonly ListedFile[]): RemoteFile[] {
  for (const { path } of files) {
    if (!isInside(path)) throw new HubFailure({ model, host, detail: detail('unsafeName', { file: path }) });
  }
  return files.filter(({ path }) => isCandidate(path)).map((file) => checked(model, host, file));
}

function checked(model: string, host: string, { path, size, digest, url }: ListedFile): RemoteFile {
  const known = digest !== undefined && HEX[digest.algorithm].test(digest.value);
  if (!known || size === undefined || !Number.isSafeInteger(size) || size < 0)
    throw new HubFailure({ model, host, detail: detail('noChecksum', { file: path }) });
  return { path, size, digest, url };
}

function isInside(path: string): boolean {
  const parts = path.split(/[/\\]/);
  return (
    !path.includes('\0') && !/^[A-Za-z]:/.test(path) && parts.every((part) => !['', '.', '..'].includes(part))
  );
}
