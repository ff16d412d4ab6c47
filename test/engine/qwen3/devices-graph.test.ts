import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/engine/qwen3/checkpoint/checkpoint.ts';
import { openCheckpoint } from '../../../src/engine/qwen3/checkpoint/open-checkpoint.ts';
import { CheckpointWeights } from '../../../src/engine/qwen3/graph/checkpoint-weights.ts';
import { type DecoderOptions, decoderGraph } from '../../../src/engine/qwen3/graph/decoder-graph.ts';
import { embeddingHead } from '../../../src/engine/qwen3/graph/embedding-head.ts';
import { computeTypes, type Precision } from '../../../src/engine/qwen3/load/precision.ts';
import { commonFolder, locationIn, openSession } from '../../../src/engine/qwen3/run/open-session.ts';
import { PackedRunner } from '../../../src/engine/qwen3/run/packed-runner.ts';
import { PaddedRunner } from '../../../src/engine/qwen3/run/padded-runner.ts';
import type { SequenceRunner } from '../../../src/engine/qwen3/run/sequence-runner.ts';
import { fixtureVariants } from '../../support/qwen3/fixture-variants.ts';
import { writeRandomCheckpoint } from '../../support/qwen3/random-checkpoint.ts';
import { cosine } from '../embedder.contract.ts';

type Form = Required<Pick<DecoderOptions, 'layout' | 'attention'>>;

/** What CUDA and WebGPU are given; here the CPU runs it. */
const forms: Readonly<Record<'cuda' | 'webgpu', Form>> = {
  cuda: { layout: 'padded', attention: 'grouped' },
  webgpu: { layout: 'packed', attention: 'plain' },
};
const CPU: Form = { layout: 'packed', attention: 'grouped' };

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'qwen3-graphs-'));
});
afterAll(() => rm(root, { recursive: true }));

async function open(checkpoint: Checkpoint, form: Form, precision: Precision): Promise<SequenceRunner> {
  const { config } = checkpoint;
  const width = config.hidden;
  const folder = commonFolder([...checkpoint.tensors.values()].map(({ file }) => file));
  const weights = new CheckpointWeights(checkpoint, locationIn(folder), computeTypes[precision]);
  const head = embeddingHead(width, width);
  const graph = decoderGraph({ config, weights, ...form, positions: 4096, head, width });
  const session = await openSession(graph, { device: 'cpu', folder, threads: 1 });
  return form.layout === 'packed'
    ? new PackedRunner(session, config, width, precision)
    : new PaddedRunner(session, width, precision);
}

const ids = (length: number, step: number) => Array.from({ length }, (_, i) => (i * 7 + step * 13) % 1500);
const prefix = ids(9, 1);
const batches = {
  single: [ids(5, 1)],
  'one token': [ids(1, 2)],
  equal: [ids(12, 3), ids(12, 4), ids(12, 5)],
  ragged: [[...prefix, 4, 5], ids(40, 6), ids(3, 7)],
  'longer than a run': [ids(1030, 8)],
};

describe.each(['bf16-tied', 'f32-untied-shards', 'f16-one-layer'] as const)('of %s', (variant) => {
  let checkpoint: Checkpoint;
  let reference: SequenceRunner;
  beforeAll(async () => {
    await writeRandomCheckpoint(join(root, variant), fixtureVariants[variant]);
    checkpoint = await openCheckpoint(join(root, variant));
    reference = await open(checkpoint, CPU, 'fp32');
  });
  afterAll(() => reference.release());

  describe.each([
    ['cuda', 'fp32', 0.999999],
    ['cuda', 'fp16', 0.9999],
    ['webgpu', 'fp32', 0.999999],
    ['webgpu', 'fp16', 0.9999],
  ] as const)('the graph for %s in %s', (device, precision, least) => {
    let runner: SequenceRunner;
    beforeAll(async () => {
      runner = await open(checkpoint, forms[device], precision);
      await runner.remember(prefix);
    });
    afterAll(() => runner.release());

    it.each(Object.entries(batches))('gives what the CPU’s own gives: %s', async (_, batch) => {
      const [expected, rows] = [await reference.run(batch), await runner.run(batch)];
      const cosines = rows.map((row, i) => cosine(row, expected[i]));
      expect(cosines).toHaveLength(batch.length);
      expect(Math.min(...cosines)).toBeGreaterThan(least);
    });
  });

  it('is sound in bfloat16: all that the CPU lacks is kernels', async () => {
    const opening = open(checkpoint, forms.cuda, 'bf16');
    await expect(opening).rejects.toThrow(/Could not find an implementation for \w+\(\d+\) node/);
  });
});
