import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { type ResolvedModel, resolveModel } from '../hub/resolve-model.ts';
import { createSource } from '../hub/source/create-source.ts';
import type { Qwen3Options } from './qwen3/qwen3-options.ts';

export type CheckpointConfig = Pick<
  Config,
  | 'KB_DEVICE'
  | 'KB_PRECISION'
  | 'KB_MODEL_HOME'
  | 'HF_ENDPOINT'
  | 'HF_TOKEN'
  | 'HF_HOME'
  | 'HF_HUB_CACHE'
  | 'MODELSCOPE_ENDPOINT'
  | 'MODELSCOPE_API_TOKEN'
>;

/** 8-bit weights lie in the model home, since a checkpoint's own folder may be anyone's. */
const CACHE = '.int8';

/**
 * Where the checkpoint that a setting names is, and how it is to be run.
 * Rejects as {@link resolveModel} does.
 */
export async function checkpointOptions(
  setting: string,
  config: CheckpointConfig,
  resolve: (setting: string) => Promise<ResolvedModel> = (given) =>
    resolveModel(given, {
      home: config.KB_MODEL_HOME,
      source: createSource('huggingface', config),
      HF_HOME: config.HF_HOME,
      HF_HUB_CACHE: config.HF_HUB_CACHE,
    }),
): Promise<Qwen3Options> {
  const { name, folder } = await resolve(setting);
  return {
    name,
    folder,
    cacheFolder: join(config.KB_MODEL_HOME, CACHE),
    device: config.KB_DEVICE,
    precision: config.KB_PRECISION,
  };
}
