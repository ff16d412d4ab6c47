import type { Config } from '../config/schema.ts';
import { KbError } from '../errors.ts';
import type { ResolvedModel } from '../hub/resolve-model.ts';
import { engineMessages } from '../messages/engine.ts';
import { localize } from '../messages/localize.ts';
import type { BatchObserver } from './batching/batch-observer.ts';
import { type CheckpointConfig, checkpointOptions } from './checkpoint-options.ts';
import type { PassedOver } from './qwen3/load/load-on-device.ts';
import type { Qwen3Options } from './qwen3/qwen3-options.ts';
import type { Reranker } from './reranker.ts';

/** What callers and tests replace. */
export interface CreateRerankerDeps {
  /** Opens a checkpoint. Default: as a Qwen3-Reranker. */
  readonly open?: (options: Qwen3Options) => Promise<Reranker>;
  /** Finds the checkpoint that `KB_RERANKER` names. Default: among the folders and the models that were pulled. */
  readonly resolve?: (setting: string) => Promise<ResolvedModel>;
  /** Hears of each device that `auto` tried in vain. Default: nobody. */
  readonly onPassedOver?: ((passedOver: PassedOver) => void) | undefined;
  /** Hears of the batches. */
  readonly observer?: BatchObserver | undefined;
}

type RerankerConfig = CheckpointConfig & Pick<Config, 'KB_RERANKER'>;

/**
 * Opens the reranker that `KB_RERANKER` names; nothing where it is not set.
 * Rejects with `model` for what is no reranker or cannot be used here, and with `model_missing` for one that is not
 * downloaded.
 */
export async function createReranker(
  config: RerankerConfig,
  deps: CreateRerankerDeps = {},
): Promise<Reranker | undefined> {
  const { KB_RERANKER: setting } = config;
  if (setting === undefined) return undefined;
  if (setting === 'builtin') {
    const detail = localize(engineMessages, 'onlyEmbeds');
    throw new KbError('model', { values: { model: setting, detail } });
  }
  const { observer, onPassedOver } = deps;
  const found = await checkpointOptions(setting, config, deps.resolve);
  const options = { ...found, observer, onPassedOver };
  if (deps.open) return deps.open(options);
  const { openQwen3Reranker } = await import('./qwen3/qwen3-reranker.ts');
  return openQwen3Reranker(options);
}
