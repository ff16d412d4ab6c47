import { z } from 'zod';
import { KbError } from '../../errors.ts';
import { arrow } from './arrow.ts';
import * as column from './columns.ts';
import { LanceTable, type TableContext, type TableDefinition } from './lance-table.ts';

/** Raised when a change of the tables makes older programs unable to use them. */
export const SCHEMA_VERSION = 1;

const row = z.object({ key: z.string(), value: z.string() });

const metaTable: TableDefinition<z.infer<typeof row>> = {
  name: 'meta',
  schema: new arrow.Schema([column.key('key'), column.text('value')]),
  row,
};

/** Notes the schema version in a new store; rejects with `store` where the data is of a newer one. */
export async function checkSchemaVersion(context: TableContext): Promise<void> {
  const table = await LanceTable.open(context, metaTable);
  try {
    await table.insertNew([{ key: 'schema_version', value: String(SCHEMA_VERSION) }]);
    const [stored] = await table.read({ where: "key = 'schema_version'" });
    const version = Number(stored?.value);
    if (version === SCHEMA_VERSION) return;
    const detail = Number.isInteger(version)
      ? `they are of version ${version}, this program knows version ${SCHEMA_VERSION}; install the newer program`
      : 'their version cannot be read';
    throw new KbError('store', { values: { location: context.location, detail } });
  } finally {
    await table.close();
  }
}
