import type { Config } from '../config/schema.ts';
import { KbError } from '../errors.ts';
import type { ResolvedModel } from '../hub/resolve-model.ts';
import { createEmbedderMessages } from '../messages/create-embedder.ts';
import { localize } from '../messages/localize.ts';
import type { BatchObserver } from './batching/batch-observer.ts';
import { type BuiltinOptions, openBuiltinEmbedder } from './builtin/builtin-embedder.ts';
import { type CheckpointConfig, checkpointOptions } from './checkpoint-options.ts';
import type { Embedder } from './embedder.ts';
import type { PassedOver } from './qwen3/load/load-on-device.ts';
import type { ClientDeps } from './remote/engine-client.ts';
import { openRemoteEmbedder } from './remote/remote-embedder.ts';

/** What callers and tests replace. */
export interface CreateEmbedderDeps {
  readonly remote?: Partial<ClientDeps>;
  readonly builtin?: BuiltinOptions;
  /** Finds the checkpoint that `KB_MODEL` names. Default: among the folders and the models that were pulled. */
  readonly resolve?: (setting: string) => Promise<ResolvedModel>;
  /** Hears of each device that `auto` tried in vain. Default: nobody. */
  readonly onPassedOver?: ((passedOver: PassedOver) => void) | undefined;
  /** Hears of the batches of a model that runs here. */
  readonly observer?: BatchObserver | undefined;
}

type EngineConfig = CheckpointConfig &
  Pick<Config, 'KB_MODEL' | 'KB_DIMENSIONS' | 'KB_ENGINE_URL' | 'KB_ENGINE_KEY' | 'KB_QUERY_TASK'>;

/**
 * Opens the embedder that the settings name: the remote engine where `KB_ENGINE_URL` is set, else the builtin model or
 * a Qwen3 checkpoint.
 * Rejects with `model` for a model, device or precision that cannot be used here, with `model_missing` for one that is
 * not downloaded, and with the embedder's own errors.
 */
export async function createEmbedder(config: EngineConfig, deps: CreateEmbedderDeps = {}): Promise<Embedder> {
  const { KB_MODEL: model, KB_ENGINE_URL: url, KB_QUERY_TASK: task, KB_DIMENSIONS: dimensions } = config;
  if (url !== undefined) {
    return openRemoteEmbedder({
      url,
      key: config.KB_ENGINE_KEY,
      model: model === 'builtin' ? undefined : model,
      queryTask: task,
      ...(deps.remote ? { deps: deps.remote } : {}),
    });
  }
  if (model === 'builtin') {
    checkBuiltin(config);
    return openBuiltinEmbedder({ observer: deps.observer, ...deps.builtin });
  }
  const options = await checkpointOptions(model, config, deps.resolve);
  const { openQwen3Embedder } = await import('./qwen3/qwen3-embedder.ts');
  return openQwen3Embedder({
    ...options,
    observer: deps.observer,
    onPassedOver: deps.onPassedOver,
    ...(task === undefined ? {} : { task }),
    ...(dimensions === undefined ? {} : { dimensions }),
  });
}

/** The settings of checkpoints that would do nothing here are refused, so that nobody believes they did. */
function checkBuiltin({
  KB_DEVICE: device,
  KB_PRECISION: precision,
  KB_DIMENSIONS: dimensions,
}: EngineConfig): void {
  const refused = {
    KB_DEVICE: device !== 'auto' && device !== 'cpu' ? device : undefined,
    KB_PRECISION: precision !== 'auto' ? precision : undefined,
    KB_DIMENSIONS: dimensions,
  };
  for (const [name, value] of Object.entries(refused)) {
    if (value === undefined) continue;
    const detail = localize(createEmbedderMessages, 'forCheckpoints', { name, value });
    throw new KbError('model', { values: { model: 'builtin', detail } });
  }
}
