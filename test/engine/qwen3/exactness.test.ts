import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EmbeddingModel } from '../../../src/engine/qwen3/embedding-model.ts';
import type { Precision } from '../../../src/engine/qwen3/load/precision.ts';
import type { EmbedItem } from '../../../src/engine/qwen3/protocol.ts';
import { DEFAULT_QUERY_TASK } from '../../../src/engine/qwen3/query-instruction.ts';
import { RerankerModel } from '../../../src/engine/qwen3/reranker-model.ts';
import { type FixtureVariant, fixtureVariants } from '../../support/qwen3/fixture-variants.ts';
import { tinyShape, writeRandomCheckpoint } from '../../support/qwen3/random-checkpoint.ts';
import { cosine } from '../embedder.contract.ts';

/** What Hugging Face transformers computes; `make-embeddings.py` beside it made it. */
const reference = z
  .object({
    embeddings: z.array(
      z.object({
        variant: z.string(),
        kind: z.enum(['query', 'line']),
        text: z.string(),
        repeat: z.int(),
        maxTokens: z.int(),
        tokens: z.int(),
        vector: z.array(z.number()),
      }),
    ),
    scores: z.array(
      z.object({
        variant: z.string(),
        instruction: z.string(),
        query: z.string(),
        document: z.string(),
        tokens: z.int(),
        score: z.number(),
      }),
    ),
  })
  .parse(
    JSON.parse(await readFile(new URL('../../fixtures/qwen3/embeddings.json', import.meta.url), 'utf8')),
  );

const variants = Object.keys(fixtureVariants) as FixtureVariant[];
const precisions: readonly [Precision, number][] = [
  ['fp32', 0.99999],
  ['int8', 0.999],
];
/** The longest text that still shares a run with others. */
const PACKED = 1000;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'qwen3-exactness-'));
  for (const variant of variants) await writeRandomCheckpoint(join(root, variant), fixtureVariants[variant]);
});
afterAll(() => rm(root, { recursive: true }));

const start = (variant: string, precision: Precision, maxTokens: number) => ({
  folder: join(root, variant),
  cacheFolder: join(root, 'cache'),
  device: 'cpu' as const,
  precision,
  maxTokens,
  threads: 1,
});

describe.each(variants)('the checkpoint %s', (variant) => {
  const entries = reference.embeddings.filter((entry) => entry.variant === variant);
  const usual = entries.filter(({ maxTokens }) => maxTokens === 8192);
  const packed = usual.filter(({ tokens }) => tokens < PACKED);
  const item = ({ text, repeat, kind }: (typeof entries)[number]): EmbedItem => ({
    text: text.repeat(repeat),
    query: kind === 'query',
  });
  const hidden = { ...tinyShape, ...fixtureVariants[variant] }.hidden;
  const load = (precision: Precision, maxTokens = 8192) =>
    EmbeddingModel.load({
      ...start(variant, precision, maxTokens),
      dimensions: hidden,
      task: DEFAULT_QUERY_TASK,
    });

  describe.each(precisions)('in %s', (precision, atLeast) => {
    let model: EmbeddingModel;
    beforeAll(async () => {
      model = await load(precision);
    });
    afterAll(() => model.release());

    async function check(batch: typeof entries): Promise<void> {
      const rows = await model.run(batch.map(item));
      expect(rows).toHaveLength(batch.length);
      batch.forEach(({ vector, tokens, text }, i) => {
        expect(rows[i]?.tokens, text).toBe(tokens);
        expect(cosine(rows[i]?.values, Float32Array.from(vector)), text).toBeGreaterThanOrEqual(atLeast);
      });
    }

    it('gives the reference vector of every text alone, from 1 to 8,192 tokens', async () => {
      expect(usual.map(({ tokens }) => tokens)).toEqual(expect.arrayContaining([8192, 2]));
      for (const entry of usual) await check([entry]);
    });

    it('gives it in one ragged batch of questions and lines', () => check(packed));

    it('gives it in a batch of equal lengths', async () => {
      for (const entry of packed) await check([entry, entry, entry]);
    });
  });

  it('cuts the text and keeps the end token', async () => {
    const cut = entries.filter(({ maxTokens }) => maxTokens === 20);
    expect(cut.length).toBeGreaterThan(0);
    const model = await load('fp32', 20);
    for (const entry of cut) {
      const [row] = await model.run([item(entry)]);
      expect(row?.tokens).toBe(20);
      expect(cosine(row?.values, Float32Array.from(entry.vector))).toBeGreaterThanOrEqual(0.99999);
    }
    await model.release();
  });
});

describe.each([...new Set(reference.scores.map(({ variant }) => variant))])('the reranker %s', (variant) => {
  const entries = reference.scores.filter((entry) => entry.variant === variant);
  // The logits of random weights lie far apart, so that 8-bit weights move the probability more than a trained model's.
  it.each<[Precision, number, number]>([
    ['fp32', 1e-4, 1e-4],
    // An activation near the middle of two codes falls either way with the last bit of a sum before it.
    ['int8', 0.15, 0.01],
  ])('gives the reference scores in %s, alone and together', async (precision, within, apart) => {
    const model = await RerankerModel.load(start(variant, precision, 8192));
    const items = entries.map(({ instruction, query, document }) => ({ task: instruction, query, document }));
    const rows = await model.run(items);
    for (const [i, { score, tokens, document }] of entries.entries()) {
      const [alone] = await model.run(items.slice(i, i + 1));
      expect(alone?.tokens).toBe(tokens);
      expect(Math.abs((alone?.values[0] ?? Number.NaN) - score), document).toBeLessThan(within);
      expect(Math.abs((rows[i]?.values[0] ?? Number.NaN) - (alone?.values[0] ?? 0))).toBeLessThan(apart);
    }
    await model.release();
  });
});
