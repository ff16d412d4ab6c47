import { dirname, relative, sep } from 'node:path';
import { env, InferenceSession } from 'onnxruntime-node';
import { encodeModel } from '../../onnx/encode-model.ts';
import type { Graph } from '../../onnx/types.ts';
import { DeviceFault } from '../load/device-fault.ts';
import { isBuiltIn } from '../load/installed-devices.ts';

export type Device = 'cpu' | 'cuda' | 'webgpu';

/**
 * The nearest folder that holds all files: the runtime reads weights only from below one folder, and neither absolute
 * paths nor `..` lead there.
 */
export function commonFolder(files: readonly string[]): string {
  const [first = sep, ...others] = files.map(dirname);
  let folder = first;
  const holds = (other: string) =>
    other === folder || other.startsWith(folder.endsWith(sep) ? folder : folder + sep);
  while (!others.every(holds) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

/** A file's path from that folder, as a graph's initializer names it. */
export function locationIn(folder: string): (file: string) => string {
  return (file) => relative(folder, file).split(sep).join('/');
}

export interface SessionOptions {
  readonly device: Device;
  /** Where the graph's weight files lie. */
  readonly folder: string;
  /** Threads of the CPU. Default: the runtime's choice, one a physical core. */
  readonly threads?: number;
}

/**
 * Loads a graph on a device. Rejects with a {@link DeviceFault}, or with the runtime's error, where the device or the
 * weights cannot be used.
 */
export async function openSession(
  graph: Graph,
  { device, folder, threads }: SessionOptions,
): Promise<InferenceSession> {
  if (!isBuiltIn(device)) throw new DeviceFault('not_built_in');
  // What goes wrong is thrown; the runtime would print it as well.
  env.logLevel = 'fatal';
  return InferenceSession.create(encodeModel(graph), {
    // What the device has no kernel for is done by the CPU, node by node; a device that is not there is an error.
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    // An arena would keep the memory of the longest run for good.
    enableCpuMemArena: false,
    enableMemPattern: false,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    extra: { session: { model_external_initializers_file_folder_path: folder } },
  });
}
