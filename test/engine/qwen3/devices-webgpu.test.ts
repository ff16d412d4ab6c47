import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../src/engine/qwen3/checkpoint/open-checkpoint.ts';
import { embeddingHead } from '../../../src/engine/qwen3/graph/embedding-head.ts';
import { explainFault } from '../../../src/engine/qwen3/load/device-fault.ts';
import { loadRunner } from '../../../src/engine/qwen3/load/load-runner.ts';
import type { Precision } from '../../../src/engine/qwen3/load/precision.ts';
import { openQwen3Embedder } from '../../../src/engine/qwen3/qwen3-embedder.ts';
import type { Device } from '../../../src/engine/qwen3/run/open-session.ts';
import type { SequenceRunner } from '../../../src/engine/qwen3/run/sequence-runner.ts';
import { writeRandomCheckpoint } from '../../support/qwen3/random-checkpoint.ts';
import { cosine } from '../embedder.contract.ts';

/** A software adapter compiles every kernel with a compiler made for something else: minutes where a GPU takes seconds. */
const TIMEOUT = 600_000;

let root: string;
let load: (device: Device, precision: Precision) => Promise<SequenceRunner>;
/** The graph on WebGPU in each precision that the adapter has, or why not. */
const runners = new Map<Precision, SequenceRunner | string>();

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'qwen3-webgpu-'));
  await writeRandomCheckpoint(root, { layers: 2, heads: 4, kvHeads: 2 });
  const checkpoint = await openCheckpoint(root);
  const width = checkpoint.config.hidden;
  const shared = { checkpoint, width, head: embeddingHead(width, width), maxTokens: 256, cacheFolder: root };
  load = (device, precision) => loadRunner({ ...shared, device, precision, threads: 1 });
  for (const precision of ['fp32', 'fp16'] as const) {
    runners.set(
      precision,
      await load('webgpu', precision).catch(
        async (error) => (await explainFault('webgpu', error, undefined)).en,
      ),
    );
  }
  const reasons = [...runners].filter(([, runner]) => typeof runner === 'string');
  // The usual report counts what was skipped without saying why.
  for (const [precision, reason] of reasons) console.info(`WebGPU was not run in ${precision}: ${reason}.`);
}, TIMEOUT);

afterAll(async () => {
  for (const runner of runners.values()) if (typeof runner !== 'string') await runner.release();
  await rm(root, { recursive: true });
});

const ids = (length: number, step: number) => Array.from({ length }, (_, i) => (i * 7 + step * 13) % 1500);

/** From 32 tokens on other kernels are used; the fused attention of some adapters is wrong there. */
const batches = [[ids(5, 1)], [ids(1, 2)], [ids(40, 3)], [ids(3, 4), ids(45, 5), ids(17, 6)]];

describe.each([
  ['fp32', 0.9999],
  ['fp16', 0.999],
] as const)('WebGPU in %s', (precision, least) => {
  it(
    'gives what the CPU gives in fp32, alone and in ragged batches, with a remembered beginning and without',
    async (context) => {
      const runner = runners.get(precision);
      if (runner === undefined || typeof runner === 'string') return context.skip(runner);
      const reference = await load('cpu', 'fp32');
      const compare = async () => {
        for (const batch of batches) {
          const [expected, rows] = [await reference.run(batch), await runner.run(batch)];
          expect(rows).toHaveLength(batch.length);
          rows.forEach((row, i) => {
            expect(cosine(row, expected[i])).toBeGreaterThan(least);
          });
        }
      };
      await compare();
      await runner.remember(ids(4, 1));
      await compare();
      await reference.release();
    },
    TIMEOUT,
  );
});

it(
  'runs in a worker thread, in the precision that the adapter has, and closes',
  async (context) => {
    const reason = runners.get('fp32');
    if (typeof reason === 'string') return context.skip(reason);
    const options = { name: 'Qwen/Tiny', folder: root, cacheFolder: root, device: 'webgpu' } as const;
    const embedder = await openQwen3Embedder(options);
    expect(embedder.facts.device).toBe('webgpu');
    expect(embedder.facts.precision).toBe(typeof runners.get('fp16') === 'string' ? 'fp32' : 'fp16');
    const { vectors } = await embedder.embedQueries(['法国的首都是哪里？']);
    expect(cosine(vectors[0], vectors[0])).toBeCloseTo(1, 3);
    await embedder.close();
  },
  TIMEOUT,
);
