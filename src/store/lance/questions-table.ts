import { z } from 'zod';
import type { AskedQuestion } from '../question-log.ts';
import { arrow } from './arrow.ts';
import * as column from './columns.ts';
import type { TableDefinition } from './lance-table.ts';

const row = z.object({
  id: z.string(),
  text: z.string(),
  askedBy: z.string(),
  source: z.string(),
  permalink: z.string().nullable(),
  at: column.timeValue,
  bestScore: z.number().nullable(),
  bestLineId: z.string().nullable(),
  lowConfidence: z.boolean(),
  /** Whose vector it is: only vectors of one model are compared. */
  fingerprint: z.string(),
  /** Little-endian float32, of whatever length the model has. */
  vector: z.instanceof(Uint8Array).refine((bytes) => bytes.length % 4 === 0),
});

export type QuestionRow = z.infer<typeof row>;

export const questionsTable: TableDefinition<QuestionRow> = {
  name: 'questions',
  schema: new arrow.Schema([
    column.key('id'),
    column.text('text'),
    column.text('askedBy'),
    column.text('source'),
    column.optionalText('permalink'),
    column.time('at'),
    column.optionalNumber('bestScore'),
    column.optionalText('bestLineId'),
    column.flag('lowConfidence'),
    column.text('fingerprint'),
    column.bytes('vector'),
  ]),
  row,
};

export function toQuestionRow(
  question: AskedQuestion,
  vector: Float32Array,
  fingerprint: string,
): QuestionRow {
  const { id, text, askedBy, source, permalink, at, bestScore, bestLineId, lowConfidence } = question;
  return {
    id,
    text,
    askedBy,
    source,
    permalink: permalink ?? null,
    at: at.getTime(),
    bestScore: bestScore ?? null,
    bestLineId: bestLineId ?? null,
    lowConfidence,
    fingerprint,
    // LanceDB tells a Buffer from a list of numbers, but not a plain Uint8Array.
    vector: Buffer.copyBytesFrom(vector),
  };
}

export function toQuestion(row: QuestionRow): AskedQuestion {
  const { id, text, askedBy, source, permalink, at, bestScore, bestLineId, lowConfidence } = row;
  return {
    id,
    text,
    askedBy,
    source,
    at: new Date(at),
    lowConfidence,
    ...(permalink === null ? {} : { permalink }),
    ...(bestScore === null ? {} : { bestScore }),
    ...(bestLineId === null ? {} : { bestLineId }),
  };
}

export function vectorOf(row: QuestionRow): Float32Array {
  // Copied, because the bytes may lie where a Float32Array cannot begin.
  return new Float32Array(Uint8Array.from(row.vector).buffer);
}
