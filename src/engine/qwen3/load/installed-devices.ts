import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Device } from '../run/open-session.ts';

/** The folder of onnxruntime's native libraries for this machine; absent where there are none for it. */
export function nativeFolder(): string | undefined {
  const bin = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin');
  const versions = existsSync(bin) ? readdirSync(bin) : [];
  return versions
    .map((version) => join(bin, version, process.platform, process.arch))
    .find((folder) => existsSync(folder));
}

/** Whether onnxruntime's CUDA library is there; `npm run setup:cuda` brings it. */
export function hasCudaLibrary(folder = nativeFolder()): boolean {
  const name =
    process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  return folder !== undefined && existsSync(join(folder, name));
}

/**
 * What `auto` tries, in this order. WebGPU is only used where it is asked for: it takes any adapter, also one that is
 * slower than the CPU.
 */
export function devicesForAuto(): Device[] {
  return hasCudaLibrary() ? ['cuda', 'cpu'] : ['cpu'];
}
