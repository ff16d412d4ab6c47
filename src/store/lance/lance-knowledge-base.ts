import { KbError } from '../../errors.ts';
import { things } from '../../messages/errors.ts';
import { type FaqLine, lineId, normalizeLine } from '../faq-line.ts';
import type {
  AddResult,
  Author,
  Change,
  FileImportOptions,
  ImportOptions,
  ImportReport,
  KnowledgeBase,
  KnowledgeBaseStatus,
  KnowledgeFile,
  Match,
  Page,
} from '../knowledge-base.ts';
import { FileImport } from './file-import.ts';
import type { FileRow } from './files-table.ts';
import type { LanceTable } from './lance-table.ts';
import type { Lifetime } from './lifetime.ts';
import { LineChanges, type LineChangesOptions } from './line-changes.ts';
import { type LineRow, lineOrder, toFaqLine } from './lines-table.ts';

const ID_BEGINNING = /^[a-z0-9]{1,12}$/;
const SHORTEST_BEGINNING = 4;

export interface LanceKnowledgeBaseOptions extends LineChangesOptions {
  readonly files: LanceTable<FileRow>;
  readonly clock: () => Date;
  readonly lifetime: Lifetime;
  /** Ends everything that was opened with it. */
  readonly close: () => Promise<void>;
}

/** The {@link KnowledgeBase} on LanceDB tables. */
export class LanceKnowledgeBase implements KnowledgeBase {
  readonly #options: LanceKnowledgeBaseOptions;
  readonly #changes: LineChanges;

  constructor(options: LanceKnowledgeBaseOptions) {
    this.#options = options;
    this.#changes = new LineChanges(options);
  }

  add(lines: readonly string[], by: Author, options: ImportOptions = {}): Promise<AddResult> {
    return this.#run(() => this.#changes.add(lines, by, options));
  }

  remove(id: string, by: Author): Promise<FaqLine> {
    return this.#run(async () => this.#changes.remove(await this.#find(id), by));
  }

  replace(id: string, text: string, by: Author): Promise<{ removed: FaqLine; added: FaqLine }> {
    return this.#run(async () => {
      const wanted = normalizeLine(text);
      return this.#changes.replace(await this.#find(id), { id: lineId(wanted), text: wanted }, by);
    });
  }

  undo(by: Author): Promise<Change | undefined> {
    return this.#run(() => this.#changes.undo(by));
  }

  get(id: string): Promise<FaqLine> {
    return this.#run(async () => toFaqLine(await this.#find(id)));
  }

  list(options: { page?: number; pageSize?: number } = {}): Promise<Page<FaqLine>> {
    return this.#run(async () => {
      const pageSize = Math.max(1, Math.floor(options.pageSize ?? 20));
      const total = await this.#options.lines.count();
      const pages = Math.max(1, Math.ceil(total / pageSize));
      const page = Math.min(pages, Math.max(1, Math.floor(options.page ?? 1)));
      const rows = await this.#options.lines.read({
        order: lineOrder('newest-first'),
        limit: pageSize,
        offset: (page - 1) * pageSize,
      });
      return { items: rows.map(toFaqLine), page, pages, total };
    });
  }

  count(): Promise<number> {
    return this.#run(() => this.#options.lines.count());
  }

  search(vector: Float32Array, topK: number): Promise<Match[]> {
    return this.#run(() => this.#options.vectors.search(vector, topK));
  }

  importFiles(files: readonly KnowledgeFile[], options: FileImportOptions = {}): Promise<ImportReport> {
    return this.#run(() => {
      // An import may take minutes: closing stops it, and the next one goes on where it was.
      const closing = this.#options.lifetime.signal;
      const signal = options.signal ? AbortSignal.any([options.signal, closing]) : closing;
      return new FileImport(this.#options, this.#changes).run(files, { ...options, signal });
    });
  }

  async *export(): AsyncGenerator<FaqLine, void, undefined> {
    this.#options.lifetime.check();
    for await (const line of this.#options.lines.stream({ order: lineOrder('oldest-first') })) {
      yield toFaqLine(line);
    }
  }

  history(options: { lineId?: string; limit?: number } = {}): Promise<Change[]> {
    return this.#run(() => this.#options.history.list(options));
  }

  status(): Promise<KnowledgeBaseStatus> {
    return this.#run(async () => {
      const { model, fingerprint } = this.#options.source;
      const [lines, missing] = await Promise.all([
        this.#options.lines.count(),
        this.#options.vectors.missing(),
      ]);
      return { lines, model, fingerprint, pending: missing.length };
    });
  }

  close(): Promise<void> {
    return this.#options.close();
  }

  #run<T>(task: () => Promise<T>): Promise<T> {
    return this.#options.lifetime.run(task);
  }

  /** The one line whose id is or begins with what a person wrote. */
  async #find(written: string): Promise<LineRow> {
    const id = written.trim().toLowerCase();
    const missing = new KbError('not_found', { values: { what: things.line, id: written.slice(0, 40) } });
    if (!ID_BEGINNING.test(id)) throw missing;
    if (id.length < SHORTEST_BEGINNING) throw new KbError('ambiguous_id', { values: { id } });
    const [line, another] = await this.#options.lines.read({ where: `starts_with(id, '${id}')`, limit: 2 });
    if (line === undefined) throw missing;
    if (another !== undefined) throw new KbError('ambiguous_id', { values: { id } });
    return line;
  }
}
