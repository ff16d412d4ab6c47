import { z } from 'zod';
import { arrow } from './arrow.ts';
import * as column from './columns.ts';
import type { TableDefinition } from './lance-table.ts';

const row = z.object({ questionId: z.string(), at: column.timeValue });

export type ResolvedRow = z.infer<typeof row>;

/** Questions that were taken off the gaps. */
export const resolvedTable: TableDefinition<ResolvedRow> = {
  name: 'resolved_questions',
  schema: new arrow.Schema([column.key('questionId'), column.time('at')]),
  row,
};
