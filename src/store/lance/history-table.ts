import { z } from 'zod';
import type { Change } from '../knowledge-base.ts';
import { arrow } from './arrow.ts';
import * as column from './columns.ts';
import { jsonOf } from './json-column.ts';
import type { TableDefinition } from './lance-table.ts';

const changedLines = z.array(z.object({ id: z.string(), text: z.string() }));

const row = z.object({
  id: z.string(),
  action: z.enum(['add', 'remove', 'replace']),
  at: column.timeValue,
  /** Orders changes of one millisecond made by one process. */
  sequence: z.number(),
  byId: z.string(),
  bySource: z.string(),
  permalink: z.string().nullable(),
  added: jsonOf(changedLines),
  removed: jsonOf(changedLines),
  undoes: z.string().nullable(),
});

export type HistoryRow = z.infer<typeof row>;

/** Every change of the lines, with who made it. */
export const historyTable: TableDefinition<HistoryRow> = {
  name: 'history',
  schema: new arrow.Schema([
    column.key('id'),
    column.text('action'),
    column.time('at'),
    column.time('sequence'),
    column.text('byId'),
    column.text('bySource'),
    column.optionalText('permalink'),
    column.text('added'),
    column.text('removed'),
    column.optionalText('undoes'),
  ]),
  row,
};

export function toHistoryRow(change: Change, sequence: number): HistoryRow {
  return {
    id: change.id,
    action: change.action,
    at: change.at.getTime(),
    sequence,
    byId: change.by.id,
    bySource: change.by.source,
    permalink: change.by.permalink ?? null,
    added: JSON.stringify(change.added),
    removed: JSON.stringify(change.removed),
    undoes: change.undoes ?? null,
  };
}

export function toChange(stored: HistoryRow): Change {
  return {
    id: stored.id,
    action: stored.action,
    at: new Date(stored.at),
    by: {
      id: stored.byId,
      source: stored.bySource,
      ...(stored.permalink === null ? {} : { permalink: stored.permalink }),
    },
    added: changedLines.parse(JSON.parse(stored.added)),
    removed: changedLines.parse(JSON.parse(stored.removed)),
    ...(stored.undoes === null ? {} : { undoes: stored.undoes }),
  };
}
