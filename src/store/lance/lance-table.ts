import type { Connection, Table } from '@lancedb/lancedb';
import type { Field, Schema } from 'apache-arrow';
import type { z } from 'zod';
import { KbError } from '../../errors.ts';
import { Compaction, WRITES_BETWEEN_COMPACTIONS } from './compaction.ts';
import { retryConflicts, storeFailure } from './store-failure.ts';

/** What a table is made of: its columns in Arrow, and what a row read back must look like. */
export interface TableDefinition<Row> {
  readonly name: string;
  /** Exactly one field is made by `keyField`; LanceDB then refuses two rows of one key, across processes too. */
  readonly schema: Schema;
  readonly row: z.ZodType<Row>;
}

export interface ReadOptions {
  where?: string;
  /** Columns and directions, the first one first. */
  order?: readonly { columnName: string; ascending: boolean }[];
  limit?: number;
  offset?: number;
}

export interface TableContext {
  readonly connection: Connection;
  readonly location: string;
  readonly warn: (message: string, error: unknown) => void;
  /** Default {@link WRITES_BETWEEN_COMPACTIONS}. */
  readonly compactAfterWrites?: number;
}

/** The metadata that makes a column the key by which LanceDB detects concurrent inserts of one row. */
export const KEY_METADATA = new Map([['lance-schema:unenforced-primary-key', 'true']]);

/**
 * A LanceDB table whose rows are checked when they are read and whose fragments are kept few.
 * Rejects with `store` for everything that LanceDB or the disk refuses.
 */
export class LanceTable<Row extends Record<string, unknown>> {
  readonly #table: Table;
  readonly #definition: TableDefinition<Row>;
  readonly #key: string;
  readonly #location: string;
  readonly compaction: Compaction;

  private constructor(table: Table, definition: TableDefinition<Row>, context: TableContext) {
    this.#table = table;
    this.#definition = definition;
    this.#key = keyOf(definition.schema);
    this.#location = context.location;
    this.compaction = new Compaction(
      table,
      context.compactAfterWrites ?? WRITES_BETWEEN_COMPACTIONS,
      (error) => context.warn(`compaction of the table ${definition.name} was put off`, error),
    );
  }

  /** Opens the table, creating it where it is missing; several processes may do so at once. */
  static async open<Row extends Record<string, unknown>>(
    context: TableContext,
    definition: TableDefinition<Row>,
  ): Promise<LanceTable<Row>> {
    const { connection, location } = context;
    try {
      const table = await retryConflicts(() => openOrCreate(connection, definition));
      const columns = (await table.schema()).fields.map((field) => field.name);
      const missing = definition.schema.names.find((name) => !columns.includes(String(name)));
      if (missing !== undefined) {
        throw new KbError('store', {
          values: { location, detail: `the table ${definition.name} has no column ${String(missing)}` },
        });
      }
      return new LanceTable(table, definition, context);
    } catch (error) {
      throw storeFailure(location, error);
    }
  }

  /** Inserts rows whose key is not there yet; returns how many those were. Rows must differ in their keys. */
  async insertNew(rows: readonly Row[]): Promise<number> {
    if (rows.length === 0) return 0;
    const result = await this.#write(() =>
      this.#table
        .mergeInsert(this.#key)
        .whenNotMatchedInsertAll()
        .execute([...rows]),
    );
    return result.numInsertedRows;
  }

  /** Adds rows whose keys are new by their making: quicker, as nothing is compared. */
  async append(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#write(() => this.#table.add([...rows]));
  }

  /** Inserts rows, and replaces those that have their keys. */
  async upsert(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#write(() =>
      this.#table
        .mergeInsert(this.#key)
        .whenMatchedUpdateAll()
        .whenNotMatchedInsertAll()
        .execute([...rows]),
    );
  }

  /** Returns how many rows went. */
  async delete(where: string): Promise<number> {
    return (await this.#write(() => this.#table.delete(where))).numDeletedRows;
  }

  async read(options: ReadOptions = {}): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const row of this.stream(options)) rows.push(row);
    return rows;
  }

  /** Rows of one version of the table, whatever is written meanwhile. */
  async *stream(options: ReadOptions = {}): AsyncGenerator<Row, void, undefined> {
    try {
      const query = this.#table.query();
      if (options.where !== undefined) query.where(options.where);
      if (options.order !== undefined) query.orderBy([...options.order]);
      if (options.limit !== undefined) query.limit(options.limit);
      if (options.offset !== undefined) query.offset(options.offset);
      for await (const batch of query) {
        for (const record of batch) yield this.#check(record.toJSON());
      }
    } catch (error) {
      throw storeFailure(this.#location, error);
    }
  }

  /** The keys of all rows that fit. */
  async keys(where?: string): Promise<string[]> {
    try {
      const query = this.#table.query().select([this.#key]);
      if (where !== undefined) query.where(where);
      const keys: string[] = [];
      for await (const batch of query) {
        for (const key of batch.getChildAt(0) ?? []) keys.push(String(key));
      }
      return keys;
    } catch (error) {
      throw storeFailure(this.#location, error);
    }
  }

  /** The rows' keys and vectors nearest to a unit vector, by exact dot product over all rows. */
  async nearest(vector: Float32Array, limit: number): Promise<{ key: string; similarity: number }[]> {
    try {
      const query = this.#table.query().nearestTo(vector).distanceType('dot').bypassVectorIndex();
      query.select([this.#key, '_distance']).limit(limit);
      const found: { key: string; similarity: number }[] = [];
      for await (const batch of query) {
        const keys = batch.getChild(this.#key);
        const distances = batch.getChild('_distance');
        for (let i = 0; i < batch.numRows; i++) {
          found.push({ key: String(keys?.get(i)), similarity: 1 - Number(distances?.get(i)) });
        }
      }
      return found;
    } catch (error) {
      throw storeFailure(this.#location, error);
    }
  }

  async count(where?: string): Promise<number> {
    try {
      return await this.#table.countRows(where);
    } catch (error) {
      throw storeFailure(this.#location, error);
    }
  }

  /** Grows with every change by any process. */
  async version(): Promise<number> {
    try {
      return await this.#table.version();
    } catch (error) {
      throw storeFailure(this.#location, error);
    }
  }

  async close(): Promise<void> {
    await this.compaction.idle();
    this.#table.close();
  }

  async #write<T>(write: () => Promise<T>): Promise<T> {
    try {
      const result = await retryConflicts(write);
      this.compaction.wrote();
      return result;
    } catch (error) {
      throw storeFailure(this.#location, error);
    }
  }

  #check(record: unknown): Row {
    const parsed = this.#definition.row.safeParse(record);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new KbError('store', {
      values: {
        location: this.#location,
        detail: `a row of the table ${this.#definition.name} is damaged (${issue?.path.join('.') ?? ''})`,
      },
      cause: parsed.error,
    });
  }
}

/**
 * Not by the names of the tables: a table that another process is creating has a name before it can be opened, and so
 * has one whose creation a crash cut short.
 */
async function openOrCreate<Row>(connection: Connection, definition: TableDefinition<Row>): Promise<Table> {
  const { name, schema } = definition;
  try {
    return await connection.openTable(name);
  } catch (error) {
    if (!saysOfTable(error, name, 'was not found')) throw error;
  }
  try {
    return await connection.createEmptyTable(name, schema);
  } catch (error) {
    if (!saysOfTable(error, name, 'already exists')) throw error;
    return await connection.openTable(name);
  }
}

function saysOfTable(error: unknown, name: string, what: string): boolean {
  return error instanceof Error && error.message.startsWith(`Table '${name}' ${what}`);
}

function keyOf(schema: Schema): string {
  const key = schema.fields.find((field: Field) =>
    [...KEY_METADATA.keys()].every((name) => field.metadata.has(name)),
  );
  if (key === undefined) throw new KbError('internal', { cause: new Error('a table needs a key field') });
  return key.name;
}
