import type { BotLogger } from '../../../src/bots/core/bot-logger.ts';
import type { WebServer } from '../../../src/web/web-server.ts';

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

/** Lets the server that `create` makes listen, and gives what a test needs to talk to it. */
export async function listenAndSend(create: (logger: BotLogger) => WebServer): Promise<RunningWeb> {
  const log: string[] = [];
  const keep = (fields: object, message: string) =>
    log.push(`${message} ${JSON.stringify(fields, withErrors)}`);
  const server = create({ debug: keep, info: keep, warn: keep, error: keep });
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
