import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { VectorSource } from '../knowledge-base.ts';
import { arrow } from './arrow.ts';
import * as column from './columns.ts';
import type { TableDefinition } from './lance-table.ts';

export interface VectorRow extends Record<string, unknown> {
  readonly id: string;
  readonly vector: Float32Array;
}

/** One model's vectors of the lines. Each fingerprint has a table of its own, so that models never mix. */
export function vectorsTable(source: VectorSource): TableDefinition<VectorRow> {
  const digest = createHash('sha256').update(source.fingerprint).digest('hex').slice(0, 24);
  return {
    name: `vectors_${digest}`,
    schema: new arrow.Schema([column.key('id'), column.vector('vector', source.dimensions)]),
    row: z.object({ id: z.string(), vector: z.instanceof(Float32Array) }),
  };
}
