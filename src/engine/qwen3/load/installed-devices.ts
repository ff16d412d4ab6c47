import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';
import type { Device } from '../run/open-session.ts';

/** The folder of onnxruntime's native libraries for this machine; absent where there are none for it. */
export function nativeFolder(): string | undefined {
  const bin = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin');
  const versions = existsSync(bin) ? readdirSync(bin) : [];
  return versions
    .map((version) => join(bin, version, process.platform, process.arch))
    .find((folder) => existsSync(folder));
}

/** onnxruntime's CUDA libraries, which its package does not bring; the first needs the second. */
export const CUDA_LIBRARIES = [
  'libonnxruntime_providers_cuda.so',
  'libonnxruntime_providers_shared.so',
] as const;

/** Whether onnxruntime's CUDA library is there; `npm run setup:cuda` brings it. */
export function hasCudaLibrary(folder: string | undefined): boolean {
  return folder !== undefined && existsSync(join(folder, CUDA_LIBRARIES[0]));
}

/**
 * Whether onnxruntime was built with a device. It leaves out a device that it does not know, and runs on the CPU, with
 * no more than a line on the console.
 */
export function isBuiltIn(device: Device): boolean {
  return listSupportedBackends().some(({ name }) => name === device);
}

/**
 * What `auto` tries, in this order. WebGPU is only used where it is asked for: it takes any adapter, also one that is
 * slower than the CPU.
 * @param folder See {@link nativeFolder}.
 */
export function devicesForAuto(folder: string | undefined): Device[] {
  return isBuiltIn('cuda') && hasCudaLibrary(folder) ? ['cuda', 'cpu'] : ['cpu'];
}
