import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAssistant } from '../../../src/bots/core/create-assistant.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { createEmbedder } from '../../../src/engine/create-embedder.ts';
import type { Embedder } from '../../../src/engine/embedder.ts';
import { openStore } from '../../../src/store/lance/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { createWebServer } from '../../../src/web/create-web-server.ts';
import type { WebServerOptions } from '../../../src/web/web-server.ts';
import { listenAndSend, type RunningWeb } from './listen-and-send.ts';

export type { Reply, RunningWeb } from './listen-and-send.ts';

export interface Base {
  readonly embedder: Embedder;
  readonly store: Store;
  close(): Promise<void>;
}

export const LINES = [
  '苹果是一种很好吃的水果。',
  '法国的首都是巴黎。',
  '机器学习模型可以理解文本语义。',
  'Forgot your password? Reset it on the sign-in page.',
  'Full-time staff get 20 days of paid annual leave a year.',
  'Connect to the VPN with the company app.',
];

/** The builtin model and a real store in a temporary folder. */
export async function openBase(lines: readonly string[] = LINES): Promise<Base> {
  const embedder = await createEmbedder(loadConfig({ env: {}, envFile: '/nonexistent' }));
  const folder = await mkdtemp(join(tmpdir(), 'meaning-radar-web-'));
  const store = await openStore({ location: folder, source: embedder });
  if (lines.length > 0) await store.lines.add(lines, { id: 'tester', source: 'terminal' });
  return {
    embedder,
    store,
    async close() {
      await store.close();
      await embedder.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The same embedder with some of its methods replaced. */
export function replaced(embedder: Embedder, methods: Partial<Embedder>): Embedder {
  return {
    model: embedder.model,
    dimensions: embedder.dimensions,
    fingerprint: embedder.fingerprint,
    limits: embedder.limits,
    embedQueries: (texts, options) => embedder.embedQueries(texts, options),
    embedLines: (texts, options) => embedder.embedLines(texts, options),
    close: () => embedder.close(),
    ...methods,
  };
}

type Given = Partial<Omit<WebServerOptions, 'store' | 'config'>> & {
  config?: Partial<WebServerOptions['config']>;
};

/** A listening server on a free port. */
export function startWeb(base: Base, given: Given = {}): Promise<RunningWeb> {
  const embedder = given.embedder ?? base.embedder;
  const assistant = createAssistant({
    embedder,
    store: base.store,
    config: { topK: 5, lowConfidence: 0.4, editors: ['U1'] },
  });
  return listenAndSend((logger) =>
    createWebServer({
      assistant,
      logger,
      ...given,
      embedder,
      store: base.store,
      config: { KB_HOST: '127.0.0.1', KB_PORT: 0, KB_LOW_CONFIDENCE: 0.4, ...given.config },
    }),
  );
}
