import { CUDA_LIBRARIES, hasCudaLibrary } from '../../engine/qwen3/load/installed-devices.ts';
import type { Language } from '../../language.ts';
import { doctorMessages } from '../../messages/doctor.ts';
import { EXIT_FAILED, EXIT_OK } from '../exit-code.ts';
import { gpuText } from '../render/doctor.ts';
import { say } from '../render/say.ts';
import { createStyle } from '../render/style.ts';
import { CUDA_PLATFORM, type CudaSurroundings, checkCuda } from './cuda-findings.ts';

export interface SetupCudaOptions extends CudaSurroundings {
  readonly language: Language;
  /** onnxruntime's. */
  readonly version: string;
  /** Runs onnxruntime-node's own script, which fetches its CUDA libraries. Rejects where it fails. */
  readonly fetchLibraries: () => Promise<void>;
  readonly print: (line: string) => void;
}

/** Fetches what onnxruntime needs for CUDA, checks what CUDA needs of the machine, and gives the exit code. */
export async function setUpCuda(options: SetupCudaOptions): Promise<number> {
  const { platform, folder, language, version, print } = options;
  const messages = doctorMessages[language];
  if (platform === CUDA_PLATFORM) {
    if (folder === undefined) {
      print(messages.fetchNoFolder);
      return EXIT_FAILED;
    }
    if (hasCudaLibrary(folder)) print(say(messages.thereAlready, { folder }));
    else {
      print(say(messages.fetching, { version }));
      try {
        await options.fetchLibraries();
        if (!hasCudaLibrary(folder)) throw new Error(messages.fetchedNothing);
        print(say(messages.fetched, { folder }));
      } catch (error) {
        const files = CUDA_LIBRARIES.join(', ');
        print(say(messages.fetchFailed, { reason: reasonOf(error), files, version, folder }));
        return EXIT_FAILED;
      }
    }
  }
  const { gpus, cuda, findings } = await checkCuda(options, language);
  for (const gpu of gpus) print(gpuText(gpu, createStyle({ language })));
  for (const { message } of findings) print(`! ${message}`);
  if (findings.length > 0) {
    print(say(messages.cudaMissing, { count: findings.length }));
    return EXIT_FAILED;
  }
  print(say(messages.cudaReady, { cuda: cuda ?? '' }));
  return EXIT_OK;
}

/** The one line of a failed script's output that says why. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [line] = /^(?:\w*Error): .+$/m.exec(text) ?? [text.split('\n')[0] ?? ''];
  return line.replace(/^\w*Error: /, '').replace(/\.$/, '');
}
