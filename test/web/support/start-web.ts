import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BotLogger } from '../../../src/bots/core/bot-logger.ts';
import { createAssistant } from '../../../src/bots/core/create-assistant.ts';
import { createEmbedder } from '../../../src/engine/create-embedder.ts';
import type { Embedder } from '../../../src/engine/embedder.ts';
import { openStore } from '../../../src/store/lance/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { createWebServer } from '../../../src/web/create-web-server.ts';
import type { WebServer, WebServerOptions } from '../../../src/web/web-server.ts';

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
  const embedder = await createEmbedder({
    KB_MODEL: 'builtin',
    KB_DEVICE: 'cpu',
    KB_ENGINE_URL: undefined,
    KB_ENGINE_KEY: undefined,
    KB_QUERY_TASK: undefined,
  });
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

export interface RunningWeb {
  readonly server: WebServer;
  readonly url: string;
  readonly port: number;
  /** Everything that was logged, as text. */
  readonly log: string[];
  /** A request with a JSON body where one is given. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
}

interface ReplyLine {
  readonly id: string;
  readonly text: string;
}

interface ReplyMatch extends ReplyLine {
  readonly score: number;
  readonly lowConfidence: boolean;
}

/** Every field that a test reads of an answer; which of them are there is for the test to show. */
export interface ReplyBody {
  readonly error: { code: string; message: string };
  readonly lowConfidence: boolean;
  readonly matches: ReplyMatch[];
  readonly nearest: ReplyMatch[];
  readonly lines: ReplyLine[];
  readonly added: ReplyLine[];
  readonly duplicates: ReplyLine[];
  readonly rejected: { text: string; reason: string; message: string }[];
  readonly page: number;
  readonly total: number;
  readonly dimensions: number;
  readonly norm: number;
  readonly firstValues: number[];
  readonly histogram: number[];
  readonly data: { index: number; embedding: number[] }[];
  readonly parts: Record<string, { ready: boolean; detail: string }>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON; an empty object where it is none. */
  readonly body: ReplyBody;
}

type Given = Partial<Omit<WebServerOptions, 'store' | 'config'>> & {
  config?: Partial<WebServerOptions['config']>;
};

/** A listening server on a free port. */
export async function startWeb(base: Base, given: Given = {}): Promise<RunningWeb> {
  const embedder = given.embedder ?? base.embedder;
  const log: string[] = [];
  const keep = (fields: object, message: string) =>
    log.push(`${message} ${JSON.stringify(fields, withErrors)}`);
  const logger: BotLogger = { debug: keep, info: keep, warn: keep, error: keep };
  const assistant = createAssistant({
    embedder,
    store: base.store,
    config: { topK: 5, lowConfidence: 0.4, editors: ['U1'] },
  });
  const server = createWebServer({
    assistant,
    logger,
    ...given,
    embedder,
    store: base.store,
    config: { KB_HOST: '127.0.0.1', KB_PORT: 0, KB_LOW_CONFIDENCE: 0.4, ...given.config },
  });
  const { url, port } = await server.listen();
  return {
    server,
    url,
    port,
    log,
    async send(method, path, body, headers = {}) {
      const response = await fetch(url + path, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json');
      const parsed = isJson ? JSON.parse(text) : {};
      return { status: response.status, headers: response.headers, text, body: parsed };
    },
  };
}

const withErrors = (_key: string, value: unknown) =>
  value instanceof Error ? `${value.stack} ${String(value.cause)}` : value;
