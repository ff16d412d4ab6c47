import { z } from 'zod';
import { arrow } from './arrow.ts';
import * as column from './columns.ts';
import type { TableDefinition } from './lance-table.ts';

const entry = z.object({
  key: z.string(),
  payload: z.string(),
  receivedAt: column.timeValue,
  /** Tells which of two acceptances of one key was first. */
  acceptance: z.string(),
});

export type InboxRow = z.infer<typeof entry>;

/** What was accepted. */
export const inboxTable: TableDefinition<InboxRow> = {
  name: 'inbox',
  schema: new arrow.Schema([
    column.key('key'),
    column.text('payload'),
    column.time('receivedAt'),
    column.text('acceptance'),
  ]),
  row: entry,
};

const done = z.object({ key: z.string(), at: column.timeValue });

export type InboxDoneRow = z.infer<typeof done>;

/** What was answered: a table of its own, so that marking is an append and meets no other writer. */
export const inboxDoneTable: TableDefinition<InboxDoneRow> = {
  name: 'inbox_done',
  schema: new arrow.Schema([column.key('key'), column.time('at')]),
  row: done,
};
