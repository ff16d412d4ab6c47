import { knownSizes } from './known-sizes.ts';
import { listFiles } from './list-files.ts';
import type { ModelSource } from './source/model-source.ts';
import { SINGLE_WEIGHTS } from './wanted-files.ts';

/**
 * Bytes that a pull of a model will fetch: the hub's word where it answers within `timeoutMs`, else what is known of
 * the usual models, else `undefined`.
 */
export async function askSize(
  model: string,
  source: ModelSource,
  timeoutMs: number,
): Promise<number | undefined> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const { files } = await listFiles({ source, model, deps: { idleMs: timeoutMs }, signal });
    const single = files.some(({ path }) => path === SINGLE_WEIGHTS);
    return files
      .filter(({ path }) => !single || path === SINGLE_WEIGHTS || !path.endsWith('.safetensors'))
      .reduce((sum, { size }) => sum + size, 0);
  } catch {
    return knownSizes[model];
  }
}
