import { KbError } from '../../errors.ts';
import { things } from '../../messages/errors.ts';
import type { FaqLine } from '../faq-line.ts';
import type { AddResult, Author, Change, ImportOptions, VectorSource } from '../knowledge-base.ts';
import { CallBatcher } from './call-batcher.ts';
import type { LineHistory } from './line-history.ts';
import { LineInserter, type LineInserterOptions } from './line-inserter.ts';
import { type LineRow, toFaqLine } from './lines-table.ts';
import { Mutex } from './mutex.ts';
import { readWantedLines, type WantedLine } from './wanted-lines.ts';

export interface LineChangesOptions extends LineInserterOptions {
  readonly history: LineHistory;
  readonly source: VectorSource;
}

/** Lines of one call that were not there when it looked, with their vectors. */
interface Addition {
  readonly wanted: readonly WantedLine[];
  readonly vectors: ReadonlyMap<string, Float32Array>;
  readonly by: Author;
}

interface Added {
  readonly added: FaqLine[];
  readonly duplicates: FaqLine[];
}

/** Everything that changes lines, one change after the other, each remembered in the history. */
export class LineChanges {
  readonly #options: LineChangesOptions;
  readonly #inserter: LineInserter;
  readonly #writing = new Mutex();
  readonly #additions: CallBatcher<Addition, Added>;

  constructor(options: LineChangesOptions) {
    this.#options = options;
    this.#inserter = new LineInserter(options);
    this.#additions = new CallBatcher((group) => this.#writing.run(() => this.#commitAdditions(group)));
  }

  async add(texts: readonly string[], by: Author, options: ImportOptions): Promise<AddResult> {
    const { wanted, rejected } = readWantedLines(texts);
    return { ...(await this.addWanted(wanted, by, options)), rejected };
  }

  /** Lines that are normalised and differ. Calls made at the same time are written together. */
  async addWanted(wanted: readonly WantedLine[], by: Author, options: ImportOptions): Promise<Added> {
    const existing = await this.#inserter.linesById(wanted.map(({ id }) => id));
    const missing = wanted.filter(({ id }) => !existing.has(id));
    const vectors = await this.#inserter.embed(missing, options);
    const committed: Added =
      missing.length === 0
        ? { added: [], duplicates: [] }
        : await this.#additions.submit({ wanted: missing, vectors, by });
    return {
      added: committed.added,
      duplicates: [...[...existing.values()].map(toFaqLine), ...committed.duplicates],
    };
  }

  remove(line: LineRow, by: Author): Promise<FaqLine> {
    return this.#writing.run(async () => {
      // Another process may have removed it since it was found.
      if ((await this.#inserter.remove([line.id])) === 0) throw gone(line.id);
      await this.#remember({ action: 'remove', by, added: [], removed: [named(line)] });
      return toFaqLine(line);
    });
  }

  /** Removes lines that left a file, as one change. */
  removeAll(lines: readonly LineRow[], by: Author): Promise<void> {
    return this.#writing.run(async () => {
      if ((await this.#inserter.remove(lines.map(({ id }) => id))) === 0) return;
      await this.#remember({ action: 'remove', by, added: [], removed: lines.map(named) });
    });
  }

  async replace(old: LineRow, wanted: WantedLine, by: Author): Promise<{ removed: FaqLine; added: FaqLine }> {
    if (old.id === wanted.id) return { removed: toFaqLine(old), added: toFaqLine(old) };
    const vectors = await this.#inserter.embed([wanted]);
    return this.#writing.run(async () => {
      if (!(await this.#inserter.linesById([old.id])).has(old.id)) throw gone(old.id);
      const draft = this.#options.history.draft(by);
      const added = (await this.#inserter.insert([wanted], vectors, draft)).get(wanted.id);
      if (added === undefined) throw gone(wanted.id);
      await this.#inserter.remove([old.id]);
      await this.#options.history.write([
        {
          ...draft,
          action: 'replace',
          // A text that was there already is not this change's own: an undo must leave it.
          added: added.changeId === draft.id ? [named(added)] : [],
          removed: [named(old)],
        },
      ]);
      return { removed: toFaqLine(old), added: toFaqLine(added) };
    });
  }

  async undo(by: Author): Promise<Change | undefined> {
    const { history } = this.#options;
    const expected = await history.lastToUndo(by);
    if (expected === undefined) return undefined;
    const vectors = await this.#inserter.embed(expected.removed);
    return this.#writing.run(async () => {
      const last = await history.lastToUndo(by);
      if (last === undefined) return undefined;
      const draft = history.draft(by);
      const back = await this.#inserter.insert(last.removed, vectors, draft);
      const added = [...back.values()].filter((row) => row.changeId === draft.id).map(named);
      const present = await this.#inserter.linesById(last.added.map(({ id }) => id));
      // Somebody else may have removed the line and added it again: then it is theirs.
      const own = [...present.values()].filter((row) => row.addedBy === by.id && row.source === by.source);
      const removed = own.map(named);
      await this.#inserter.remove(removed.map(({ id }) => id));
      const change: Change = { ...draft, action: inverse[last.action], added, removed, undoes: last.id };
      await history.write([change]);
      return change;
    });
  }

  /** Writes what several calls add in one commit; a line that two of them want belongs to the first. */
  async #commitAdditions(group: readonly Addition[]): Promise<Added[]> {
    const { history } = this.#options;
    const calls = group.map((addition) => ({ ...addition, draft: history.draft(addition.by) }));
    const rows = await this.#inserter.insertMany(calls);
    const written = calls.map(({ wanted, draft }) => {
      const found = wanted.flatMap(({ id }) => rows.get(id) ?? []);
      return {
        draft,
        added: found.filter((row) => row.changeId === draft.id),
        duplicates: found.filter((row) => row.changeId !== draft.id),
      };
    });
    await history.write(
      written.flatMap(({ draft, added }) =>
        added.length === 0
          ? []
          : [{ ...draft, action: 'add' as const, added: added.map(named), removed: [] }],
      ),
    );
    return written.map(({ added, duplicates }) => ({
      added: added.map(toFaqLine),
      duplicates: duplicates.map(toFaqLine),
    }));
  }

  async #remember(content: Pick<Change, 'action' | 'by' | 'added' | 'removed'>): Promise<void> {
    await this.#options.history.write([{ ...this.#options.history.draft(content.by), ...content }]);
  }
}

const inverse = { add: 'remove', remove: 'add', replace: 'replace' } as const;

function named(line: { readonly id: string; readonly text: string }) {
  return { id: line.id, text: line.text };
}

function gone(id: string): KbError {
  return new KbError('not_found', { values: { what: things.line, id } });
}
