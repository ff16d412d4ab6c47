import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CUDA_LIBRARIES } from './installed-devices.ts';

/** Runs a program and gives what it printed. Rejects where there is none of that name, or it failed. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string>;

const TIMEOUT_MS = 15_000;

export const runProgram: RunProgram = async (program, args) =>
  (await promisify(execFile)(program, [...args], { timeout: TIMEOUT_MS, encoding: 'utf8' })).stdout;

export interface LinkedLibraries {
  /** The shared libraries that it needs, such as `libcublas.so.12`. */
  readonly needed: readonly string[];
  /** Those that the loader does not find. */
  readonly missing: readonly string[];
}

/**
 * What onnxruntime's CUDA library needs of the system: it says itself, since the CUDA that it was built for changes from
 * release to release. Absent where nothing can tell.
 */
export async function linkedLibraries(
  folder: string,
  run: RunProgram = runProgram,
): Promise<LinkedLibraries | undefined> {
  try {
    const lines = (await run('ldd', [join(folder, CUDA_LIBRARIES[0])])).split('\n');
    const linked = lines.flatMap((line) => {
      const [, name, place] = /^\s*(\S+) => (.*)$/.exec(line) ?? [];
      return name && place ? [{ name, found: place.trim() !== 'not found' }] : [];
    });
    return {
      needed: linked.map(({ name }) => name),
      missing: linked.filter(({ found }) => !found).map(({ name }) => name),
    };
  } catch {
    return undefined;
  }
}
