import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Checkpoint } from '../../../src/engine/qwen3/checkpoint/checkpoint.ts';
import { openCheckpoint } from '../../../src/engine/qwen3/checkpoint/open-checkpoint.ts';
import { embeddingHead } from '../../../src/engine/qwen3/graph/embedding-head.ts';
import { DeviceFault, explainFault } from '../../../src/engine/qwen3/load/device-fault.ts';
import { CUDA_LIBRARIES, devicesForAuto } from '../../../src/engine/qwen3/load/installed-devices.ts';
import { loadOnDevice } from '../../../src/engine/qwen3/load/load-on-device.ts';
import { loadRunner } from '../../../src/engine/qwen3/load/load-runner.ts';
import { linkedLibraries } from '../../../src/engine/qwen3/load/missing-libraries.ts';
import { type Precision, precisionsFor } from '../../../src/engine/qwen3/load/precision.ts';
import { openQwen3Embedder } from '../../../src/engine/qwen3/qwen3-embedder.ts';
import { checkRunner } from '../../../src/engine/qwen3/run/check-runner.ts';
import { type Device, openSession } from '../../../src/engine/qwen3/run/open-session.ts';
import type { SequenceRunner } from '../../../src/engine/qwen3/run/sequence-runner.ts';
import { KbError } from '../../../src/errors.ts';
import { writeRandomCheckpoint } from '../../support/qwen3/random-checkpoint.ts';

/** Whether this onnxruntime knows CUDA, and so fails at its library; elsewhere it does not know it at all. */
const knowsCuda = listSupportedBackends().some(({ name }) => name === 'cuda');

let root: string;
let checkpoint: Checkpoint;
/** A native folder with CUDA libraries that are none, and one without. */
let withCuda: string;
let withoutCuda: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'qwen3-devices-'));
  await writeRandomCheckpoint(join(root, 'checkpoint'));
  checkpoint = await openCheckpoint(join(root, 'checkpoint'));
  withCuda = await mkdtemp(join(root, 'with-cuda-'));
  withoutCuda = await mkdtemp(join(root, 'without-cuda-'));
  for (const name of CUDA_LIBRARIES) await writeFile(join(withCuda, name), '');
});
afterAll(() => rm(root, { recursive: true }));

const load = (device: Device, precision: Precision): Promise<SequenceRunner> => {
  const width = checkpoint.config.hidden;
  const head = embeddingHead(width, width);
  return loadRunner({
    checkpoint,
    device,
    precision,
    head,
    width,
    maxTokens: 64,
    cacheFolder: root,
    threads: 1,
  });
};

describe('the choice of a device', () => {
  it('takes the CPU for auto where CUDA is not installed', async () => {
    expect(devicesForAuto(withoutCuda)).toEqual(['cpu']);
    const asked = { device: 'auto', precision: 'auto' } as const;
    const { value, ...facts } = await loadOnDevice(asked, 'BF16', load, withoutCuda);
    expect(facts).toEqual({ device: 'cpu', precision: 'int8', passedOver: [] });
    await value.release();
  });

  it.runIf(knowsCuda)('falls back for auto where CUDA is there but does not work, and says why', async () => {
    const asked = { device: 'auto', precision: 'auto' } as const;
    const { value, device, passedOver } = await loadOnDevice(asked, 'BF16', load, withCuda);
    expect(device).toBe('cpu');
    // Both precisions failed for the same reason, which is said once.
    expect(passedOver.map(({ device: tried, precision }) => [tried, precision])).toEqual([
      ['cuda', undefined],
    ]);
    expect(passedOver[0]?.reason.en).toBe(
      "onnxruntime's CUDA library cannot be loaded; `npm run setup:cuda` says what is missing",
    );
    expect(passedOver[0]?.reason.zh).toContain('无法加载 onnxruntime 的 CUDA 库');
    await value.release();
  });

  it.runIf(knowsCuda)('passes over a device that does not compute in the precision asked for', async () => {
    const asked = { device: 'auto', precision: 'int8' } as const;
    const { value, device, passedOver } = await loadOnDevice(asked, 'BF16', load, withCuda);
    expect(device).toBe('cpu');
    expect(passedOver).toEqual([
      { device: 'cuda', reason: expect.objectContaining({ en: expect.stringContaining('in int8') }) },
    ]);
    await value.release();
  });

  it('never falls back from a device that was asked for', async () => {
    const tried: string[] = [];
    const refused = loadOnDevice({ device: 'cuda', precision: 'auto' }, 'BF16', async (device, precision) => {
      tried.push(`${device} ${precision}`);
      return load(device, precision);
    });
    await expect(refused).rejects.toMatchObject({ code: 'model' });
    expect(tried).toEqual(['cuda bf16', 'cuda fp16']);
  });

  it('says in one sentence what to do where CUDA was asked for and is not there', async () => {
    const folder = join(root, 'checkpoint');
    const opening = openQwen3Embedder({ name: 'Qwen/Tiny', folder, cacheFolder: root, device: 'cuda' });
    const error = await opening.catch((reason: unknown) => reason);
    if (!(error instanceof KbError)) throw error;
    expect(error.code).toBe('model');
    for (const sentence of [error.sentence('en'), error.sentence('zh')]) {
      expect(sentence).not.toContain('\n');
      expect(sentence).toContain('Qwen/Tiny');
      expect(sentence).toContain('`kb doctor`');
      if (knowsCuda) expect(sentence).toContain('`npm run setup:cuda`');
    }
  });

  it('refuses a device that onnxruntime was not built with, which onnxruntime would leave out in silence', async () => {
    const graph = { name: 'empty', inputs: [], outputs: [], nodes: [], initializers: [] };
    const opening = openSession(graph, { device: 'abacus' as string as Device, folder: root });
    await expect(opening).rejects.toMatchObject({ fault: 'not_built_in' });
  });

  it.each([
    ['cpu', 'auto', 'BF16', ['int8']],
    ['cuda', 'auto', 'BF16', ['bf16', 'fp16']],
    ['cuda', 'auto', 'F32', ['bf16', 'fp16']],
    ['cuda', 'auto', 'F16', ['fp16']],
    ['cuda', 'fp16', 'BF16', ['fp16']],
    ['webgpu', 'auto', 'BF16', ['fp16', 'fp32']],
    ['webgpu', 'fp32', 'BF16', ['fp32']],
  ] as const)('on %s in %s from %s tries %j', (device, asked, stored, expected) => {
    expect(precisionsFor(device, asked, stored)).toEqual(expected);
  });

  it.each([
    ['cpu', 'bf16', 'int8, fp32'],
    ['cuda', 'fp32', 'bf16, fp16'],
    ['webgpu', 'int8', 'fp16, fp32'],
  ] as const)('refuses on %s %s, and lists what is possible', (device, asked, allowed) => {
    expect(() => precisionsFor(device, asked, 'BF16')).toThrow(`one of ${allowed}`);
  });
});

describe('what a device answers', () => {
  it.each([
    [
      'cuda',
      'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=0',
      /too old/,
    ],
    ['cuda', 'CUDA failure 100: no CUDA-capable device is detected ; GPU=-1', /no NVIDIA GPU answers/],
    [
      'cuda',
      '/onnxruntime_src/core/framework/bfc_arena.cc:376 AllocateRawInternal Failed to allocate memory for requested buffer of size 805306368',
      /does not fit/,
    ],
    [
      'webgpu',
      '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize was false. Failed to get a WebGPU adapter: No supported adapters',
      /needs a Vulkan driver/,
    ],
    [
      'webgpu',
      "Non-zero status code returned while running SimplifiedLayerNormalization node. Name:'x' Status Message: shader_helper.cc:416 Program LayerNorm requires f16 but the device does not support it.",
      /KB_PRECISION=fp32/,
    ],
    [
      'webgpu',
      "Non-zero status code returned while running Gemm node. Name:'g' Status Message: Device is lost.\nmore\nand more",
      /^Device is lost$/,
    ],
  ] as const)('means on %s %s', async (device, message, meaning) => {
    const reason = await explainFault(device, new Error(message), withoutCuda);
    expect(reason.en).toMatch(meaning);
    expect(reason.en + reason.zh).not.toMatch(/\n|onnxruntime_src|\{/);
  });

  it('names the system libraries that CUDA lacks, as the loader does', async () => {
    const run = vi.fn(async () =>
      [
        '\tlinux-vdso.so.1 (0x00007ffc)',
        '\tlibcublas.so.13 => not found',
        '\tlibcudart.so.13 => /usr/local/cuda/lib64/libcudart.so.13 (0x00007f39)',
      ].join('\n'),
    );
    expect(await linkedLibraries('/native', run)).toEqual({
      needed: ['libcublas.so.13', 'libcudart.so.13'],
      missing: ['libcublas.so.13'],
    });
    expect(run).toHaveBeenCalledWith('ldd', ['/native/libonnxruntime_providers_cuda.so']);
    const none = async () => {
      throw new Error('not a dynamic executable');
    };
    expect(await linkedLibraries('/native', none)).toBeUndefined();
  });
});

describe('the check of a device', () => {
  /** Computes what `row` says of a sequence and of all that run with it. */
  const fake = (row: (ids: readonly number[], batch: readonly (readonly number[])[]) => number[]) => ({
    run: async (batch: readonly (readonly number[])[]) =>
      batch.map((ids) => Float32Array.from(row(ids, batch))),
    remember: async () => {},
    release: async () => {},
  });

  it('passes where a text gets the same values in any company, up to rounding', async () => {
    await checkRunner(fake((ids, batch) => [ids.length + batch.length / 1000, 1]));
  });

  it('fails where padding is seen: the values are finite and wrong', async () => {
    const wrong = checkRunner(
      fake((ids, batch) => [ids.length, Math.max(...batch.map((other) => other.length))]),
    );
    await expect(wrong).rejects.toBeInstanceOf(DeviceFault);
    await expect(wrong).rejects.toMatchObject({ fault: 'wrong_values' });
  });
});
