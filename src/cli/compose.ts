import type { Logger } from 'pino';
import type { Assistant } from '../bots/core/assistant.ts';
import { createAssistant } from '../bots/core/create-assistant.ts';
import type { Config } from '../config/schema.ts';
import type { BatchObserver } from '../engine/batching/batch-observer.ts';
import type { Embedder } from '../engine/embedder.ts';
import type { ResolvedModel } from '../hub/resolve-model.ts';
import type { ImportReport } from '../store/knowledge-base.ts';
import type { Store } from '../store/store.ts';
import { type CloseStack, createCloseStack } from './close-stack.ts';
import { loadKnowledge } from './load-knowledge.ts';
import { warnOfFallBack } from './warn-of-fall-back.ts';

export interface OpenAppOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Stops a start that is still under way; it then rejects with `cancelled`. */
  readonly signal?: AbortSignal;
  /** Called as lines of the knowledge folder are embedded. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Modules that the surfaces will need; read while the model loads. */
  readonly preload?: () => readonly Promise<unknown>[];
  /** Finds the checkpoints that the settings name. Default: among the folders and the models that were pulled. */
  readonly resolve?: ((setting: string) => Promise<ResolvedModel>) | undefined;
  /** Hears of the model's batches. */
  readonly observer?: BatchObserver;
}

/** Everything below the surfaces, opened and brought up to date with the knowledge folder. */
export interface App {
  readonly config: Config;
  readonly logger: Logger;
  readonly embedder: Embedder;
  readonly store: Store;
  readonly assistant: Assistant;
  /** What the start did with the knowledge folder. */
  readonly knowledge: ImportReport;
  /** For what surfaces open on top; it is closed before what is below. */
  readonly closing: CloseStack;
  close(): Promise<void>;
}

/**
 * Opens the engine, the store and the assistant, and loads the knowledge folder.
 * Rejects with {@link KbError}; whatever was open by then is closed again.
 */
export async function openApp(options: OpenAppOptions): Promise<App> {
  const { config, logger, signal, observer, resolve } = options;
  const closing = createCloseStack((name, error) => logger.error({ err: error, name }, 'Closing failed'));
  const timer = stopwatch(logger);
  try {
    // The model loads in a thread of its own; the store's native library is read in the meantime.
    const { createEmbedder } = await import('../engine/create-embedder.ts');
    const found = resolve ? { resolve } : {};
    const opening = createEmbedder(config, { observer, onPassedOver: warnOfFallBack(logger), ...found });
    const loadingStore = import('../store/lance/open-store.ts');
    // Whoever needs a module that cannot be loaded hears of it; here it must only not go unhandled.
    for (const loading of [loadingStore, ...(options.preload?.() ?? [])]) loading.catch(() => {});
    const embedder = await opening;
    closing.defer('engine', () => embedder.close());
    timer('engine');
    signal?.throwIfAborted();
    const { openStore } = await loadingStore;
    const store = await openStore({ location: config.KB_DATA, source: embedder, logger });
    closing.defer('store', () => store.close());
    timer('store');
    const knowledge = await loadKnowledge(store.lines, config.KB_KNOWLEDGE, {
      logger,
      ...(signal ? { signal } : {}),
      ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    });
    timer('knowledge');
    const assistant = createAssistant({
      embedder,
      store,
      config: {
        topK: config.KB_TOP_K,
        lowConfidence: config.KB_LOW_CONFIDENCE,
        editors: config.KB_EDITORS,
      },
      logger,
    });
    return { config, logger, embedder, store, assistant, knowledge, closing, close: closing.close };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

/** Notes in the log how long each step took, in milliseconds. */
function stopwatch(logger: Logger): (step: string) => void {
  let last = performance.now();
  return (step) => {
    const now = performance.now();
    logger.debug({ step, ms: Math.round(now - last) }, 'Opened');
    last = now;
  };
}
