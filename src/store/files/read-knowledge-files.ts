import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { KbError } from '../../errors.ts';
import type { KnowledgeFile } from '../knowledge-base.ts';
import { knowledgeFormat, parseKnowledge } from './parse-knowledge.ts';

/**
 * Every `.txt` and `.md` file in a folder and the folders in it, sorted by name. Hidden files, links to
 * folders and links that lead out of the folder are left out. A missing folder has none. Rejects with `file` for what cannot be read or is
 * not UTF-8.
 */
export async function readKnowledgeFiles(folder: string): Promise<KnowledgeFile[]> {
  const root = await realpath(folder).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw fileFailure(folder, error);
  });
  if (root === undefined) return [];
  const names: string[] = [];
  await collect(root, root, names);
  const sorted = names.sort((a, b) => (a < b ? -1 : 1));
  return Promise.all(sorted.map((name) => readKnowledgeFile(join(root, name), name)));
}

/** One file, by its path. Rejects with `file`, also where its name ends neither in `.txt` nor in `.md`. */
export async function readKnowledgeFile(path: string, name: string = path): Promise<KnowledgeFile> {
  const format = knowledgeFormat(path);
  if (format === undefined) throw failure(path, 'its name must end in .txt or .md');
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileFailure(path, error);
  });
  const lines = parseKnowledge(decode(path, bytes), format);
  return { name, lines, digest: createHash('sha256').update(bytes).digest('hex') };
}

async function collect(root: string, folder: string, names: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fileFailure(folder, error);
  });
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    const kind = await kindOf(root, path, entry);
    if (kind === 'folder') await collect(root, path, names);
    if (kind === 'file' && knowledgeFormat(entry.name)) names.push(relative(root, path).split(sep).join('/'));
  }
}

async function kindOf(root: string, path: string, entry: Dirent): Promise<'file' | 'folder' | undefined> {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (!entry.isSymbolicLink()) return undefined;
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined || !target.startsWith(root + sep)) return undefined;
  return (await stat(target)).isFile() ? 'file' : undefined;
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw failure(path, 'it is not UTF-8 text', error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function fileFailure(path: string, error: unknown): KbError {
  if (isMissing(error)) return failure(path, 'it does not exist', error);
  const denied = error instanceof Error && 'code' in error && error.code === 'EACCES';
  return failure(
    path,
    denied ? 'access is denied' : error instanceof Error ? error.message : String(error),
    error,
  );
}

function failure(path: string, detail: string, cause?: unknown): KbError {
  return new KbError('file', { values: { path, detail }, cause });
}
