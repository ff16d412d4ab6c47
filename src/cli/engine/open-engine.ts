import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import { type CreateEmbedderDeps, createEmbedder } from '../../engine/create-embedder.ts';
import { type CreateRerankerDeps, createReranker } from '../../engine/create-reranker.ts';
import type { Embedder } from '../../engine/embedder.ts';
import { parseEndpoint } from '../../engine/remote/endpoint.ts';
import type { Reranker } from '../../engine/reranker.ts';
import { KbError } from '../../errors.ts';
import type { ResolvedModel } from '../../hub/resolve-model.ts';
import { engineMessages } from '../../messages/engine.ts';
import { localize } from '../../messages/localize.ts';
import { createMetrics } from '../../web/metrics.ts';
import { createCloseStack } from '../close-stack.ts';
import { warnOfFallBack } from '../warn-of-fall-back.ts';

export interface OpenEngineOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Stops a start that is still under way; it then rejects with `cancelled`. */
  readonly signal?: AbortSignal;
  /** Finds the checkpoints that the settings name. Default: among the folders and the models that were pulled. */
  readonly resolve?: (setting: string) => Promise<ResolvedModel>;
}

/** What tests replace. */
export interface OpenEngineDeps {
  readonly embedder?: CreateEmbedderDeps;
  readonly reranker?: CreateRerankerDeps;
}

/** A GPU host at work. */
export interface Engine {
  readonly url: string;
  readonly embedder: Embedder;
  /** Absent where none is set. */
  readonly reranker: Reranker | undefined;
  /** Lets running requests end, refuses new ones meanwhile, then frees the models. */
  close(): Promise<void>;
}

/** Running requests may be long lists; an orchestrator that ends the process itself waits for 30 s as a rule. */
const CLOSE_TIMEOUT_MS = 25_000;

/**
 * Opens the models and answers for them over HTTP; there is no store and no bot.
 * Rejects with {@link KbError}; whatever was open by then is closed again.
 */
export async function openEngine(options: OpenEngineOptions, deps: OpenEngineDeps = {}): Promise<Engine> {
  const { config, logger, signal, resolve } = options;
  const found = resolve ? { resolve } : {};
  const onPassedOver = warnOfFallBack(logger);
  refuseRemote(config);
  const closing = createCloseStack((name, error) => logger.error({ err: error, name }, 'Closing failed'));
  try {
    // The model loads in a thread of its own; the server's libraries are read in the meantime.
    const loadingWeb = import('../../web/create-engine-server.ts');
    loadingWeb.catch(() => {});
    const metrics = createMetrics();
    const embedder = await createEmbedder(config, {
      observer: metrics.observeBatches('embed'),
      onPassedOver,
      ...found,
      ...deps.embedder,
    });
    closing.defer('engine', () => embedder.close());
    signal?.throwIfAborted();
    const observer = config.KB_RERANKER === undefined ? undefined : metrics.observeBatches('rerank');
    const reranker = await createReranker(config, {
      observer,
      onPassedOver,
      ...found,
      ...deps.reranker,
    });
    if (reranker) closing.defer('reranker', () => reranker.close());
    signal?.throwIfAborted();
    const { createEngineServer } = await loadingWeb;
    const web = createEngineServer({
      embedder,
      reranker,
      config,
      logger,
      metrics,
      closeTimeoutMs: CLOSE_TIMEOUT_MS,
    });
    closing.defer('web', () => web.close());
    const { url } = await web.listen();
    return { url, embedder, reranker, close: closing.close };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

/** An engine that asks an engine does nothing of its own; where it asks itself, it would never start. */
function refuseRemote({ KB_ENGINE_URL: url }: Config): void {
  if (url === undefined) return;
  const allowed = localize(engineMessages, 'runsItself');
  throw new KbError('invalid_config', {
    values: { name: 'KB_ENGINE_URL', value: parseEndpoint(url).shown, allowed },
  });
}
