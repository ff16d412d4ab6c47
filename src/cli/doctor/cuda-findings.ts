import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasCudaLibrary } from '../../engine/qwen3/load/installed-devices.ts';
import { linkedLibraries, type RunProgram } from '../../engine/qwen3/load/missing-libraries.ts';
import type { Language } from '../../language.ts';
import { doctorMessages } from '../../messages/doctor.ts';
import { say } from '../render/say.ts';
import { readNvidia } from './read-graphics.ts';
import type { Finding, NvidiaGpu } from './report.ts';

export interface CudaSurroundings {
  readonly platform: string;
  /** Where onnxruntime's libraries lie; absent where it has none for this machine. */
  readonly folder: string | undefined;
  readonly run: RunProgram;
  /** Where CUDA may lie without the loader knowing. */
  readonly roots?: readonly string[];
}

export interface CudaState {
  readonly gpus: readonly NvidiaGpu[];
  /** The major version of CUDA that onnxruntime's library was built for; absent where it is not there. */
  readonly cuda?: number;
  /** What is missing; empty where CUDA can be used. */
  readonly findings: readonly Finding[];
}

/** The only machine for which onnxruntime-node has CUDA. */
export const CUDA_PLATFORM = 'linux/x64';

/** The oldest driver that runs a major version of CUDA, by NVIDIA's table of minor version compatibility. */
const OLDEST_DRIVER: Readonly<Record<number, string>> = { 12: '525.60.13', 13: '580.65.06' };

/** A release of each major version, for the names of NVIDIA's packages. */
const RELEASE: Readonly<Record<number, string>> = { 12: '12-9', 13: '13-0' };

const ROOTS = ['/usr/local', '/opt'];

/** Everything that CUDA needs on this machine, checked from the outside: nothing is loaded. */
export async function checkCuda(
  { platform, folder, run, roots = ROOTS }: CudaSurroundings,
  language: Language,
): Promise<CudaState> {
  const messages = doctorMessages[language];
  const finding = (code: keyof typeof messages, values: Record<string, string | number> = {}): Finding => ({
    code,
    message: say(messages[code], values),
  });
  if (platform !== CUDA_PLATFORM) return { gpus: [], findings: [finding('cudaPlatform', { platform })] };
  const gpus = await readNvidia(run);
  const noGpu = gpus.length === 0 ? [finding('noNvidia')] : [];
  if (folder === undefined || !hasCudaLibrary(folder)) {
    return { gpus, findings: [...noGpu, finding('cudaNotInstalled')] };
  }
  const linked = await linkedLibraries(folder, run);
  if (!linked) return { gpus, findings: [...noGpu, finding('noLdd')] };
  const cuda = majorVersion(linked.needed);
  const driver = gpus[0]?.driver;
  const oldest = cuda === undefined ? undefined : OLDEST_DRIVER[cuda];
  const tooOld = driver !== undefined && oldest !== undefined && older(driver, oldest);
  // The driver's own library is missing where the driver is, which is said already.
  const missing = linked.missing.filter((library) => !library.startsWith('libcuda.so') || gpus.length > 0);
  return {
    gpus,
    ...(cuda === undefined ? {} : { cuda }),
    findings: [
      ...noGpu,
      ...(tooOld ? [finding('oldDriver', { driver, oldest, cuda: cuda ?? '' })] : []),
      ...missing.flatMap((library) => {
        const place = findLibrary(library, roots);
        return place ? [finding('libraryElsewhere', { library, folder: place })] : [];
      }),
      ...[
        ...byPackage(
          missing.filter((library) => !findLibrary(library, roots)),
          cuda,
        ),
      ].map(([name, libraries]) =>
        name === DRIVER
          ? finding('driverLibrary', { library: libraries.join(', ') })
          : finding('libraryMissing', { library: libraries.join(', '), package: name }),
      ),
    ],
  };
}

function majorVersion(libraries: readonly string[]): number | undefined {
  const [, major] = /\blibcudart\.so\.(\d+)/.exec(libraries.join('\n')) ?? [];
  return major === undefined ? undefined : Number(major);
}

const DRIVER = 'driver';

/** Libraries by the package of NVIDIA that brings them. */
function byPackage(libraries: readonly string[], cuda = 12): Map<string, string[]> {
  const packages = new Map<string, string[]>();
  for (const library of libraries) {
    const name = packageOf(library, cuda);
    packages.set(name, [...(packages.get(name) ?? []), library]);
  }
  return packages;
}

function packageOf(library: string, cuda: number): string {
  if (library.startsWith('libcuda.so')) return DRIVER;
  if (library.startsWith('libcudnn')) return `cudnn9-cuda-${cuda}`;
  return `cuda-libraries-${RELEASE[cuda] ?? `${cuda}-0`}`;
}

/** Whether a version, read part by part, is before another. */
function older(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  for (let i = 0; i < Math.max(a?.length ?? 0, b?.length ?? 0); i++) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** The folder of a CUDA under one of the roots that has the library. */
function findLibrary(library: string, roots: readonly string[]): string | undefined {
  const cudas = roots.flatMap((root) =>
    existsSync(root)
      ? readdirSync(root)
          .filter((name) => name.startsWith('cuda'))
          .map((name) => join(root, name))
      : [],
  );
  return cudas
    .flatMap((cuda) => [join(cuda, 'lib64'), join(cuda, 'targets', 'x86_64-linux', 'lib'), join(cuda, 'lib')])
    .find((folder) => existsSync(join(folder, library)));
}
