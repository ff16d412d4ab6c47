import { z } from 'zod';
import { arrow } from './arrow.ts';
import * as column from './columns.ts';
import type { TableDefinition } from './lance-table.ts';

const row = z.object({
  /** The question and the person: the last word of each person replaces the one before. */
  key: z.string(),
  questionId: z.string(),
  by: z.string(),
  feedback: z.enum(['helped', 'not-helped']),
  at: column.timeValue,
});

export type FeedbackRow = z.infer<typeof row>;

export const feedbackTable: TableDefinition<FeedbackRow> = {
  name: 'feedback',
  schema: new arrow.Schema([
    column.key('key'),
    column.text('questionId'),
    column.text('by'),
    column.text('feedback'),
    column.time('at'),
  ]),
  row,
};
