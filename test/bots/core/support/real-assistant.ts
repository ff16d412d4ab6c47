import { afterAll } from 'vitest';
import type { Assistant } from '../../../../src/bots/core/assistant.ts';
import { createAssistant } from '../../../../src/bots/core/create-assistant.ts';
import { openBuiltinEmbedder } from '../../../../src/engine/builtin/builtin-embedder.ts';
import type { Embedder } from '../../../../src/engine/embedder.ts';
import { KbError } from '../../../../src/errors.ts';
import { openStore } from '../../../../src/store/lance/open-store.ts';
import type { Store } from '../../../../src/store/store.ts';

/** The builtin model with a switch: an engine that goes away and comes back, or that is slow. */
export interface SwitchableEmbedder extends Embedder {
  down: boolean;
  delayMs: number;
  /** Questions embedded so far, blanks folded. */
  readonly asked: string[];
}

export function switchable(embedder: Embedder): SwitchableEmbedder {
  const gate = async () => {
    if (self.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, self.delayMs));
    if (self.down)
      throw new KbError('engine_unavailable', { values: { url: 'http://engine.test', detail: '' } });
  };
  const self: SwitchableEmbedder = {
    model: embedder.model,
    dimensions: embedder.dimensions,
    fingerprint: embedder.fingerprint,
    limits: embedder.limits,
    down: false,
    delayMs: 0,
    asked: [],
    async embedQueries(texts, options) {
      await gate();
      self.asked.push(...texts);
      return embedder.embedQueries(texts, options);
    },
    async embedLines(texts, options) {
      await gate();
      return embedder.embedLines(texts, options);
    },
    close: () => embedder.close(),
  };
  return self;
}

export interface RealAssistant {
  readonly assistant: Assistant;
  readonly store: Store;
  readonly engine: SwitchableEmbedder;
  close(): Promise<void>;
}

let shared: Promise<Embedder> | undefined;
/** Opening the model takes longest, so all tests of a file share it. */
const builtin = () => (shared ??= openBuiltinEmbedder());
afterAll(async () => {
  await (await shared)?.close();
  shared = undefined;
});

/** The real store in a folder, the real builtin model, and the assistant over both. */
export async function openRealAssistant(
  folder: string,
  options: { editors?: readonly string[] } = {},
): Promise<RealAssistant> {
  const engine = switchable(await builtin());
  const store = await openStore({ location: folder, source: engine });
  const assistant = createAssistant({
    embedder: engine,
    store,
    config: { topK: 5, lowConfidence: 0.4, editors: options.editors ?? ['*'] },
  });
  return {
    assistant,
    store,
    engine,
    close: () => store.close(),
  };
}
