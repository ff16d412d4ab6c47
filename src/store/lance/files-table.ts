import { z } from 'zod';
import { arrow } from './arrow.ts';
import * as column from './columns.ts';
import { jsonOf } from './json-column.ts';
import type { TableDefinition } from './lance-table.ts';

const lineIds = z.array(z.string());

const row = z.object({
  name: z.string(),
  digest: z.string(),
  lineIds: jsonOf(lineIds),
  importedAt: column.timeValue,
  /** The folder whose whole content the import was; empty for files that were named one by one. */
  folder: z.string(),
});

export type FileRow = z.infer<typeof row>;

/** What each knowledge file held when it was last imported. */
export const filesTable: TableDefinition<FileRow> = {
  name: 'files',
  schema: new arrow.Schema([
    column.key('name'),
    column.text('digest'),
    column.text('lineIds'),
    column.time('importedAt'),
    column.text('folder'),
  ]),
  row,
};

export function lineIdsOf(file: FileRow): string[] {
  return lineIds.parse(JSON.parse(file.lineIds));
}
