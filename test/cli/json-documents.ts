import { z } from 'zod';

/** The documents of `--json`, each exactly as it is printed: a field more or less fails. */
const idAndText = z.strictObject({ id: z.string().length(12), text: z.string() });

const line = z.strictObject({
  id: z.string().length(12),
  text: z.string(),
  source: z.string(),
  addedBy: z.string(),
  addedAt: z.iso.datetime(),
});

const match = z.strictObject({
  id: z.string().length(12),
  text: z.string(),
  score: z.number().min(-1).max(1).multipleOf(0.0001),
  lowConfidence: z.boolean(),
  source: z.string(),
});

const change = z.strictObject({
  id: z.string(),
  action: z.enum(['add', 'remove', 'replace']),
  at: z.iso.datetime(),
  by: z.strictObject({ id: z.string(), source: z.string(), permalink: z.string().optional() }),
  added: z.array(idAndText),
  removed: z.array(idAndText),
  undoes: z.string().optional(),
});

export const documents = {
  answer: z.strictObject({
    query: z.string(),
    model: z.string(),
    threshold: z.number(),
    lowConfidence: z.boolean(),
    matches: z.array(match),
  }),
  added: z.strictObject({
    added: z.array(idAndText),
    duplicates: z.array(idAndText),
    rejected: z.array(z.strictObject({ text: z.string(), reason: z.enum(['empty_line', 'line_too_long']) })),
    nearDuplicates: z.array(z.strictObject({ text: z.string(), existing: match })),
  }),
  list: z.strictObject({ lines: z.array(line), page: z.number(), pages: z.number(), total: z.number() }),
  removed: z.strictObject({ removed: line }),
  undone: z.strictObject({ undone: change.nullable() }),
  history: z.strictObject({ changes: z.array(change) }),
  exported: z.strictObject({ lines: z.array(line) }),
  imported: z.strictObject({
    files: z.number(),
    unchangedFiles: z.number(),
    added: z.number(),
    duplicates: z.number(),
    removed: z.number(),
    rejected: z.array(z.object({ text: z.string() })),
  }),
  inspection: z.strictObject({
    text: z.string(),
    model: z.string(),
    fingerprint: z.string(),
    dimensions: z.number(),
    tokens: z.number(),
    firstValues: z.array(z.number()).length(50),
    norm: z.number(),
    min: z.number(),
    max: z.number(),
    mean: z.number(),
    standardDeviation: z.number(),
    histogram: z.array(z.number()),
    nearest: z.array(match),
  }),
  gaps: z.strictObject({
    gaps: z.array(
      z.strictObject({
        id: z.string(),
        question: z.string(),
        otherWordings: z.array(z.string()),
        count: z.number(),
        lastAskedAt: z.iso.datetime(),
        bestScore: z.number().optional(),
      }),
    ),
  }),
  stats: z.object({ lines: z.number(), model: z.string(), questionsEver: z.number() }),
  serving: z.strictObject({
    url: z.url(),
    model: z.string(),
    dimensions: z.number(),
    lines: z.number(),
    location: z.string(),
    bots: z.array(z.strictObject({ name: z.string(), ready: z.boolean(), detail: z.string() })),
  }),
  engine: z.strictObject({
    url: z.url(),
    model: z.string(),
    dimensions: z.number(),
    device: z.string(),
    reranker: z.string().nullable(),
  }),
  failure: z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) }),
} as const;
