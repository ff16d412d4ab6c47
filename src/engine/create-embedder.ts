import type { Config } from '../config/schema.ts';
import { KbError } from '../errors.ts';
import { type BuiltinOptions, openBuiltinEmbedder } from './builtin/builtin-embedder.ts';
import type { Embedder } from './embedder.ts';
import type { ClientDeps } from './remote/engine-client.ts';
import { openRemoteEmbedder } from './remote/remote-embedder.ts';

/** What tests replace. */
export interface CreateEmbedderDeps {
  readonly remote?: Partial<ClientDeps>;
  readonly builtin?: BuiltinOptions;
}

type EngineConfig = Pick<
  Config,
  'KB_MODEL' | 'KB_DEVICE' | 'KB_ENGINE_URL' | 'KB_ENGINE_KEY' | 'KB_QUERY_TASK'
>;

/**
 * Opens the embedder that the settings name: the remote engine where `KB_ENGINE_URL` is set, else the builtin model.
 * Rejects with `model` for a model or device that cannot be used here, and with the embedder's own errors.
 */
export async function createEmbedder(config: EngineConfig, deps: CreateEmbedderDeps = {}): Promise<Embedder> {
  const { KB_MODEL: model, KB_DEVICE: device, KB_ENGINE_URL: url } = config;
  if (url !== undefined) {
    return openRemoteEmbedder({
      url,
      key: config.KB_ENGINE_KEY,
      model: model === 'builtin' ? undefined : model,
      queryTask: config.KB_QUERY_TASK,
      ...(deps.remote ? { deps: deps.remote } : {}),
    });
  }
  if (model !== 'builtin') {
    throw unusable(
      model,
      'this version runs checkpoints on an engine only; set KB_ENGINE_URL to one that serves it, or KB_MODEL to builtin',
    );
  }
  if (device === 'cuda' || device === 'webgpu') {
    throw unusable(model, `it runs on the CPU only; set KB_DEVICE to cpu or auto instead of ${device}`);
  }
  return openBuiltinEmbedder(deps.builtin);
}

function unusable(model: string, detail: string): KbError {
  return new KbError('model', { values: { model, detail } });
}
