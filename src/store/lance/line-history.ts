import { randomUUID } from 'node:crypto';
import type { Author, Change } from '../knowledge-base.ts';
import { type HistoryRow, toChange, toHistoryRow } from './history-table.ts';
import type { LanceTable } from './lance-table.ts';
import { literal } from './sql.ts';

const NEWEST_FIRST = ['at', 'sequence', 'id'].map((columnName) => ({ columnName, ascending: false }));
/** How far back an undo looks among a person's changes. */
const UNDO_REACH = 1000;

/** Who changed what, and what a person may still take back. */
export class LineHistory {
  readonly #table: LanceTable<HistoryRow>;
  readonly #clock: () => Date;
  #sequence = 0;

  constructor(table: LanceTable<HistoryRow>, clock: () => Date) {
    this.#table = table;
    this.#clock = clock;
  }

  /** The beginning of a change that happens now; it is kept by {@link LineHistory.write}. */
  draft(by: Author): Pick<Change, 'id' | 'at' | 'by'> {
    return { id: randomUUID(), at: this.#clock(), by };
  }

  async write(changes: readonly Change[]): Promise<void> {
    await this.#table.append(changes.map((change) => toHistoryRow(change, this.#sequence++)));
  }

  async list(options: { lineId?: string; limit?: number } = {}): Promise<Change[]> {
    const { lineId, limit = 50 } = options;
    if (limit < 1) return [];
    const filter =
      lineId === undefined
        ? {}
        : { where: ['added', 'removed'].map((column) => mentions(column, lineId)).join(' OR ') };
    return (await this.#table.read({ ...filter, order: NEWEST_FIRST, limit })).map(toChange);
  }

  /** This author's last change that is neither an undo nor taken back. */
  async lastToUndo(by: Author): Promise<Change | undefined> {
    const where = `byId = ${literal(by.id)} AND bySource = ${literal(by.source)}`;
    const changes = (await this.#table.read({ where, order: NEWEST_FIRST, limit: UNDO_REACH })).map(toChange);
    const takenBack = new Set(changes.map((change) => change.undoes));
    return changes.find((change) => change.undoes === undefined && !takenBack.has(change.id));
  }
}

/** True of rows whose JSON column names the line. `strpos` takes the text as it is, without wildcards. */
function mentions(column: string, lineId: string): string {
  return `strpos(${column}, ${literal(JSON.stringify({ id: lineId }).slice(1, -1))}) > 0`;
}
