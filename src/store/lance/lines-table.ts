import { z } from 'zod';
import type { FaqLine } from '../faq-line.ts';
import { arrow } from './arrow.ts';
import * as column from './columns.ts';
import type { TableDefinition } from './lance-table.ts';

const row = z.object({
  id: z.string().regex(/^[a-z0-9]{12}$/),
  text: z.string().min(1),
  source: z.string(),
  addedBy: z.string(),
  addedAt: column.timeValue,
  /** The place within the change that added it. */
  position: z.int(),
  /** The change that added it: tells which of two processes that added one line at once was first. */
  changeId: z.string(),
});

export type LineRow = z.infer<typeof row>;

/** The FAQ lines: the truth that everything else is derived from. */
export const linesTable: TableDefinition<LineRow> = {
  name: 'lines',
  schema: new arrow.Schema([
    column.key('id'),
    column.text('text'),
    column.text('source'),
    column.text('addedBy'),
    column.time('addedAt'),
    column.whole('position'),
    column.text('changeId'),
  ]),
  row,
};

/** As added: by time, and within one change in the order given. */
export function lineOrder(direction: 'oldest-first' | 'newest-first') {
  const ascending = direction === 'oldest-first';
  return ['addedAt', 'position', 'id'].map((columnName) => ({ columnName, ascending }));
}

export function toFaqLine(line: LineRow): FaqLine {
  const { id, text, source, addedBy } = line;
  return { id, text, source, addedBy, addedAt: new Date(line.addedAt) };
}
