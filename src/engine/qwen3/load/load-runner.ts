import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { isEightBitFile, writeEightBitFile } from '../eight-bit/eight-bit-file.ts';
import { EightBitWeights } from '../eight-bit/eight-bit-weights.ts';
import { eightBitLayout } from '../eight-bit/layout.ts';
import { CheckpointWeights } from '../graph/checkpoint-weights.ts';
import { type DecoderOptions, decoderGraph } from '../graph/decoder-graph.ts';
import type { Weights } from '../graph/weights.ts';
import { checkRunner } from '../run/check-runner.ts';
import { commonFolder, type Device, locationIn, openSession } from '../run/open-session.ts';
import { MAX_RUN, PackedRunner } from '../run/packed-runner.ts';
import { PaddedRunner } from '../run/padded-runner.ts';
import type { SequenceRunner } from '../run/sequence-runner.ts';
import { computeTypes, type Precision } from './precision.ts';

export interface LoadRunnerOptions {
  readonly checkpoint: Checkpoint;
  readonly device: Device;
  readonly precision: Precision;
  readonly maxTokens: number;
  readonly head: DecoderOptions['head'];
  /** Values that the head gives for a sequence. */
  readonly width: number;
  /** Where 8-bit weights are kept, made once. */
  readonly cacheFolder: string;
  /** Threads of the CPU. Default: one a physical core. */
  readonly threads?: number;
}

/** Where a checkpoint's 8-bit weights are kept. */
export function eightBitPath(cacheFolder: string, checkpoint: Checkpoint): string {
  return join(cacheFolder, `${checkpoint.digest.slice(0, 24)}.int8`);
}

/**
 * The form of the graph that is right on each device. CUDA's fast attention kernels take no bias. WebGPU's give wrong
 * values from 32 tokens on where the adapter's subgroups are small.
 */
const graphForms: Readonly<Record<Device, Required<Pick<DecoderOptions, 'layout' | 'attention'>>>> = {
  cpu: { layout: 'packed', attention: 'grouped' },
  cuda: { layout: 'padded', attention: 'grouped' },
  webgpu: { layout: 'packed', attention: 'plain' },
};

/**
 * Builds the graph for a device, loads it, and runs it once, so that weights and device have shown that they work.
 * Rejects with `model` or `write_file`, or with the runtime's own error.
 */
export async function loadRunner(options: LoadRunnerOptions): Promise<SequenceRunner> {
  const { checkpoint, device, precision, maxTokens, head, width } = options;
  const { weights, folder } = await openWeights(options);
  const { layout, attention } = graphForms[device];
  const { config } = checkpoint;
  // The runtime wants a row for every key of a packed run, whatever its position.
  const positions = layout === 'packed' ? maxTokens + MAX_RUN : maxTokens;
  const graph = decoderGraph({ config, weights, layout, attention, positions, head, width });
  const session = await openSession(graph, {
    device,
    folder,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
  });
  const runner =
    layout === 'packed'
      ? new PackedRunner(session, config, width, precision)
      : new PaddedRunner(session, width, precision);
  try {
    await (device === 'cpu' ? runner.run([[0]]) : checkRunner(runner));
    return runner;
  } catch (error) {
    await runner.release();
    throw error;
  }
}

async function openWeights(options: LoadRunnerOptions): Promise<{ weights: Weights; folder: string }> {
  const { checkpoint, precision, cacheFolder } = options;
  const files = [...new Set([...checkpoint.tensors.values()].map(({ file }) => file))];
  const published = (folder: string) =>
    new CheckpointWeights(checkpoint, locationIn(folder), computeTypes[precision]);
  if (precision !== 'int8') {
    const folder = commonFolder(files);
    return { weights: published(folder), folder };
  }
  const layout = eightBitLayout(checkpoint.config);
  const path = eightBitPath(cacheFolder, checkpoint);
  if (!(await isEightBitFile(path, checkpoint, layout))) await writeEightBitFile(path, checkpoint, layout);
  const eightBit = await realpath(path);
  const folder = commonFolder([...files, eightBit]);
  return { weights: new EightBitWeights(published(folder), layout, locationIn(folder)(eightBit)), folder };
}
