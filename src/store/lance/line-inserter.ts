import type { Change, ImportOptions } from '../knowledge-base.ts';
import { CallBatcher } from './call-batcher.ts';
import { inChunks } from './chunks.ts';
import type { LanceTable } from './lance-table.ts';
import type { LineVectors } from './line-vectors.ts';
import type { LineRow } from './lines-table.ts';
import { isOneOf } from './sql.ts';
import type { WantedLine } from './wanted-lines.ts';

/** Called between the writes of one change; a test stops the process there. */
export type CommitStepHook = (step: 'vectors-written' | 'lines-written') => void | Promise<void>;

export interface LineInserterOptions {
  readonly lines: LanceTable<LineRow>;
  readonly vectors: LineVectors;
  readonly onCommitStep?: CommitStepHook;
}

/** Who adds, when: what a line keeps of the change that brought it. */
type Draft = Pick<Change, 'id' | 'at' | 'by'>;

export interface Insertion {
  readonly wanted: readonly WantedLine[];
  /** By line id. */
  readonly vectors: ReadonlyMap<string, Float32Array>;
  readonly draft: Draft;
}

/** Lines per database filter: longer lists make a query slow to plan. */
const IDS_PER_FILTER = 1000;

/**
 * Puts lines in and takes them out. Vectors are written first: from the moment a line's row is there it can be
 * found, and a crash in between leaves a vector without a line, which no search shows.
 */
export class LineInserter {
  readonly #options: LineInserterOptions;
  readonly #lookups: CallBatcher<readonly string[], ReadonlyMap<string, LineRow>>;

  constructor(options: LineInserterOptions) {
    this.#options = options;
    this.#lookups = new CallBatcher<readonly string[], ReadonlyMap<string, LineRow>>(async (calls) => {
      const found = await this.#read([...new Set(calls.flat())]);
      return calls.map((ids) => new Map(ids.flatMap((id) => onlyFound(id, found.get(id)))));
    });
  }

  async embed(lines: readonly WantedLine[], options: ImportOptions = {}): Promise<Map<string, Float32Array>> {
    const texts = lines.map(({ text }) => text);
    const vectors = await this.#options.vectors.embed(texts, options);
    return new Map(vectors.flatMap((vector, index) => (lines[index] ? [[lines[index].id, vector]] : [])));
  }

  /** Those of the lines that are there; calls at the same time share a query. */
  async linesById(ids: readonly string[]): Promise<ReadonlyMap<string, LineRow>> {
    return ids.length === 0 ? new Map() : this.#lookups.submit(ids);
  }

  async #read(ids: readonly string[]): Promise<Map<string, LineRow>> {
    const found = new Map<string, LineRow>();
    for (const chunk of inChunks(ids, IDS_PER_FILTER)) {
      for (const row of await this.#options.lines.read({ where: isOneOf('id', chunk) }))
        found.set(row.id, row);
    }
    return found;
  }

  insert(wanted: readonly WantedLine[], vectors: ReadonlyMap<string, Float32Array>, draft: Draft) {
    return this.insertMany([{ wanted, vectors, draft }]);
  }

  /**
   * Inserts the lines that are not there; resolves with the row of each wanted line. A row's `changeId` tells
   * whether this insertion, an earlier one or another process put it there.
   */
  async insertMany(insertions: readonly Insertion[]): Promise<ReadonlyMap<string, LineRow>> {
    const { lines, vectors, onCommitStep } = this.#options;
    const rows = new Map<string, LineRow>();
    const embedded = new Map<string, Float32Array>();
    for (const insertion of insertions) {
      for (const [id, vector] of insertion.vectors) embedded.set(id, vector);
      insertion.wanted.forEach((line, position) => {
        if (!rows.has(line.id)) rows.set(line.id, lineRow(line, position, insertion.draft));
      });
    }
    // An undo may meet another change than the one that it embedded.
    const lacking = await this.embed([...rows.values()].filter(({ id }) => !embedded.has(id)));
    for (const [id, vector] of lacking) embedded.set(id, vector);

    await vectors.write([...embedded].flatMap(([id, vector]) => (rows.has(id) ? [{ id, vector }] : [])));
    await onCommitStep?.('vectors-written');
    const inserted = await lines.insertNew([...rows.values()]);
    await onCommitStep?.('lines-written');
    // Some were there before, or another process was quicker.
    return inserted === rows.size ? rows : this.linesById([...rows.keys()]);
  }

  /** Returns how many lines went. */
  async remove(ids: readonly string[]): Promise<number> {
    let removed = 0;
    for (const chunk of inChunks(ids, IDS_PER_FILTER)) {
      removed += await this.#options.lines.delete(isOneOf('id', chunk));
    }
    if (removed > 0) await this.#options.vectors.remove(ids);
    return removed;
  }
}

function onlyFound(id: string, row: LineRow | undefined): [string, LineRow][] {
  return row ? [[id, row]] : [];
}

function lineRow({ id, text }: WantedLine, position: number, { id: changeId, at, by }: Draft): LineRow {
  return { id, text, source: by.source, addedBy: by.id, addedAt: at.getTime(), position, changeId };
}
