import type { CheckpointShape } from './random-checkpoint.ts';

/** The checkpoints that `test/fixtures/qwen3/embeddings.json` was made from, by name; the rest is `tinyShape`. */
export const fixtureVariants = {
  /** Four heads of 16 on a stream of 48: the heads' width is not the stream's, as in the 0.6B and the 4B model. */
  'bf16-tied': {},
  'f32-untied-shards': {
    layers: 4,
    hidden: 64,
    heads: 2,
    kvHeads: 1,
    headDim: 32,
    tied: false,
    type: 'F32',
    shards: 3,
    prefix: 'model.',
    seed: 2,
    ropeTheta: 10000,
  },
  'f16-one-layer': { layers: 1, hidden: 64, kvHeads: 4, type: 'F16', seed: 3 },
  /** As the 4B and 8B models, whose table ends before the last four added tokens. */
  'bf16-few-rows': { layers: 4, hidden: 32, headDim: 16, vocabulary: 1522, prefix: 'model.', seed: 4 },
  'bf16-untied-shards': {
    hidden: 96,
    headDim: 32,
    ffn: 160,
    tied: false,
    shards: 2,
    prefix: 'model.',
    seed: 5,
  },
} as const satisfies Record<string, Partial<CheckpointShape>>;

export type FixtureVariant = keyof typeof fixtureVariants;
