import { lineId } from '../faq-line.ts';
import type {
  FileImportOptions,
  ImportOptions,
  ImportReport,
  KnowledgeFile,
  RejectedLine,
} from '../knowledge-base.ts';
import { inChunks } from './chunks.ts';
import { type FileRow, lineIdsOf } from './files-table.ts';
import type { LanceTable } from './lance-table.ts';
import type { LineChanges } from './line-changes.ts';
import { LineInserter, type LineInserterOptions } from './line-inserter.ts';
import { readWantedLines, type WantedLine } from './wanted-lines.ts';

/** Lines per commit: what is embedded is kept even when a long import is stopped. */
const LINES_PER_COMMIT = 1000;
/** Stands for the digest of a file that is gone. */
const DELETED = 'deleted';

export interface FileImportContext extends LineInserterOptions {
  readonly files: LanceTable<FileRow>;
  readonly clock: () => Date;
}

/** A file that is new or differs from its last import. */
interface ChangedFile {
  readonly file: KnowledgeFile;
  readonly wanted: readonly WantedLine[];
  readonly idsBefore: readonly string[];
}

/** One import of knowledge files. A file is noted as imported last, so that an import that broke off goes on. */
export class FileImport {
  readonly #options: FileImportContext;
  readonly #changes: LineChanges;
  readonly #inserter: LineInserter;

  constructor(options: FileImportContext, changes: LineChanges) {
    this.#options = options;
    this.#changes = changes;
    this.#inserter = new LineInserter(options);
  }

  async run(files: readonly KnowledgeFile[], options: FileImportOptions): Promise<ImportReport> {
    const known = new Map((await this.#options.files.read()).map((row) => [row.name, row]));
    const rejected: RejectedLine[] = [];
    const changed: ChangedFile[] = [];
    const folder = options.folder ?? '';
    for (const file of [...files, ...deletedFiles(files, known, folder)]) {
      const before = known.get(file.name);
      if (before?.digest === file.digest) {
        if (folder !== '' && before.folder !== folder)
          await this.#options.files.upsert([{ ...before, folder }]);
        continue;
      }
      const read = readWantedLines(file.lines);
      rejected.push(...read.rejected);
      changed.push({ file, wanted: read.wanted, idsBefore: before ? lineIdsOf(before) : [] });
    }
    const progress = await this.#progress(changed, options);
    const report = { added: 0, duplicates: 0, removed: 0 };
    for (const { file, wanted, idsBefore } of changed) {
      for (const chunk of inChunks(wanted, LINES_PER_COMMIT)) {
        const result = await this.#changes.addWanted(chunk, author(file.name), progress);
        report.added += result.added.length;
        report.duplicates += result.duplicates.length;
      }
      const row = this.#row(file, wanted, folder);
      known.set(file.name, row);
      report.removed += await this.#removeLeft(file.name, idsBefore, known);
      await this.#options.files.upsert([row]);
    }
    const unchangedFiles = files.filter((file) => !changed.some((other) => other.file === file)).length;
    return { files: files.length, unchangedFiles, ...report, rejected };
  }

  /** Removes lines that left the file, unless a person added them or another file has them. */
  async #removeLeft(
    name: string,
    idsBefore: readonly string[],
    known: ReadonlyMap<string, FileRow>,
  ): Promise<number> {
    const kept = new Set([...known.values()].flatMap(lineIdsOf));
    const left = await this.#inserter.linesById(idsBefore.filter((id) => !kept.has(id)));
    const fromFiles = [...left.values()].filter(({ source }) => known.has(source));
    if (fromFiles.length > 0) await this.#changes.removeAll(fromFiles, author(name));
    return fromFiles.length;
  }

  /** Counts what is embedded over all files, not chunk by chunk. */
  async #progress(changed: readonly ChangedFile[], options: ImportOptions): Promise<ImportOptions> {
    const { onProgress, ...rest } = options;
    if (!onProgress) return rest;
    const ids = [...new Set(changed.flatMap(({ wanted }) => wanted.map(({ id }) => id)))];
    const total = ids.length - (await this.#inserter.linesById(ids)).size;
    let before = 0;
    return {
      ...rest,
      onProgress: (done, of) => {
        onProgress(Math.min(before + done, total), total);
        if (done === of) before += of;
      },
    };
  }

  #row(file: KnowledgeFile, wanted: readonly WantedLine[], folder: string): FileRow {
    return {
      name: file.name,
      digest: file.digest,
      lineIds: JSON.stringify(wanted.map(({ text }) => lineId(text))),
      importedAt: this.#options.clock().getTime(),
      folder,
    };
  }
}

/** Files that this folder held at an earlier import and does not hold now, as empty ones. */
function deletedFiles(
  files: readonly KnowledgeFile[],
  known: ReadonlyMap<string, FileRow>,
  folder: string,
): KnowledgeFile[] {
  if (folder === '' || files.length === 0) return [];
  const present = new Set(files.map(({ name }) => name));
  return [...known.values()]
    .filter((row) => row.folder === folder && row.digest !== DELETED && !present.has(row.name))
    .map(({ name }) => ({ name, lines: [], digest: DELETED }));
}

function author(fileName: string) {
  return { id: fileName, source: fileName };
}
