import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { KbError } from '../errors.ts';
import { readKnowledgeFile, readKnowledgeFiles } from '../store/files/read-knowledge-files.ts';
import type { KnowledgeFile } from '../store/knowledge-base.ts';

/**
 * The files behind the paths of an import; a folder stands for all `.txt` and `.md` files in it.
 * A file of the knowledge folder keeps the name that it has there. Any other is named after itself and a mark of the
 * folder it lies in, so that two files `faq.txt` are two files, and where they lie stays private.
 * Rejects with `file`.
 */
export async function readImport(paths: readonly string[], knowledge: string): Promise<KnowledgeFile[]> {
  const home = await realpath(knowledge).catch(() => undefined);
  const found = new Map<string, KnowledgeFile>();
  for (const path of paths) {
    for (const { file, place } of await readPath(path)) {
      const name = nameOf(place, home);
      found.set(name, { ...file, name });
    }
  }
  return [...found.values()];
}

async function readPath(path: string): Promise<{ file: KnowledgeFile; place: string }[]> {
  const place = await realpath(path).catch(() => path);
  const isFolder = await stat(place).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) return [{ file: await readKnowledgeFile(path), place }];
  const files = await readKnowledgeFiles(place);
  if (files.length === 0)
    throw new KbError('file', { values: { path, detail: 'there is no .txt or .md file in it' } });
  return files.map((file) => ({ file, place: join(place, file.name) }));
}

function nameOf(place: string, home: string | undefined): string {
  if (home !== undefined && place.startsWith(home + sep)) return relative(home, place).split(sep).join('/');
  const mark = createHash('sha256').update(dirname(place)).digest('hex').slice(0, 6);
  return `${basename(place)}~${mark}`;
}
