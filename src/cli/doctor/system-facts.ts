import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { env, listSupportedBackends } from 'onnxruntime-node';
import { hasCudaLibrary } from '../../engine/qwen3/load/installed-devices.ts';
import type { RuntimeFacts, SystemFacts } from './report.ts';

/** @param version This program's. */
export function systemFacts(version: string): SystemFacts {
  return {
    version,
    node: process.versions.node,
    platform: `${process.platform}/${process.arch}`,
    processor: cpus()[0]?.model.trim() || process.arch,
    cores: availableParallelism(),
    memory: { total: totalmem(), free: freemem() },
  };
}

/** @param folder Where onnxruntime's libraries lie. */
export function runtimeFacts(folder: string | undefined): RuntimeFacts {
  return {
    version: env.versions.node ?? env.versions.common,
    providers: listSupportedBackends().map(({ name, bundled }) => ({
      name,
      installed: bundled || (name === 'cuda' && hasCudaLibrary(folder)),
    })),
  };
}
