import type { z } from 'zod';
import { type Backoff, nextWait, parseRetryAfter } from '../../backoff.ts';
import { KbError } from '../../errors.ts';
import { cancellable } from '../cancellable.ts';
import { errorAnswer } from './answers.ts';
import { BadAnswer } from './read-vectors.ts';

/** What the client needs from outside; tests give their own. */
export interface ClientDeps {
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface ClientOptions {
  /** The address that messages show. */
  readonly shown: string;
  /** The `Authorization` header. */
  readonly authorization?: string | undefined;
  /** Strings that must never stand in a message, whatever the server echoes. */
  readonly secrets: readonly string[];
}

export interface RequestOptions<T> {
  readonly url: string;
  /** JSON to post; without it the request is a GET. */
  readonly body?: unknown;
  readonly schema: z.ZodType<T>;
  /** Milliseconds for one try, from connecting to the last byte. */
  readonly timeoutMs: number;
  readonly backoff: Backoff;
  readonly signal?: AbortSignal | undefined;
}

/** A try that failed in a way that may pass. `detail` is short and reads the same in every language. */
interface Failure {
  readonly detail: string;
  readonly cause?: unknown;
  readonly retryAfterMs?: number | undefined;
}

const MESSAGE_LENGTH = 300;

/**
 * JSON over HTTP with patience: 429, 5xx, lost connections, timeouts and broken JSON are tried again with growing
 * waits, everything else is not. Rejects with `engine_unavailable` when patience ends, `upstream` when the server
 * refuses or answers nonsense, `cancelled`.
 */
export class EngineClient {
  readonly #options: ClientOptions;
  readonly #deps: ClientDeps;

  constructor(options: ClientOptions, deps: ClientDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  async request<T>(options: RequestOptions<T>): Promise<T> {
    for (let failures = 1; ; failures++) {
      const outcome = await this.#try(options);
      if ('value' in outcome) return this.#parse(options.schema, outcome.value);
      const wait = nextWait(options.backoff, failures, this.#deps.random(), outcome.retryAfterMs);
      if (wait === undefined) {
        throw new KbError('engine_unavailable', {
          values: { url: this.#options.shown, detail: `(${outcome.detail})` },
          cause: outcome.cause,
        });
      }
      await cancellable(this.#deps.sleep(wait), options.signal);
    }
  }

  /** An `upstream` error about this server. */
  refusal(detail: string, cause?: unknown): KbError {
    return new KbError('upstream', {
      values: { url: this.#options.shown, detail: this.#tidy(detail) },
      cause,
    });
  }

  async #try<T>(options: RequestOptions<T>): Promise<{ value: unknown } | Failure> {
    const stop = new AbortController();
    const cancel = () => stop.abort();
    if (options.signal?.aborted) cancel();
    options.signal?.addEventListener('abort', cancel, { once: true });
    const timer = setTimeout(cancel, options.timeoutMs);
    try {
      const response = await this.#deps.fetch(options.url, {
        method: options.body === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'application/json',
          ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(this.#options.authorization === undefined
            ? {}
            : { authorization: this.#options.authorization }),
        },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
        // A key must not follow to another address.
        redirect: 'manual',
        signal: stop.signal,
      });
      const text = await response.text();
      if (!response.ok) return this.#refused(response, text);
      const value = parseJson(text);
      return value === undefined ? { detail: 'broken JSON' } : { value };
    } catch (error) {
      if (error instanceof KbError) throw error;
      if (options.signal?.aborted) throw new KbError('cancelled', { cause: error });
      if (stop.signal.aborted) return { detail: `timeout ${options.timeoutMs} ms`, cause: error };
      return { detail: this.#tidy(networkReason(error)), cause: error };
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', cancel);
    }
  }

  /** A failure that may pass; throws where it will not. */
  #refused(response: Response, text: string): Failure {
    const { status } = response;
    if (status === 429 || status >= 500) {
      const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), this.#deps.now());
      return { detail: `HTTP ${status}`, retryAfterMs };
    }
    const said = errorAnswer.safeParse(parseJson(text));
    throw this.refusal(`HTTP ${status}${said.success ? `, ${said.data}` : ''}${hint(status)}`);
  }

  #parse<T>(schema: z.ZodType<T>, value: unknown): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    const where = issue?.path.join('.') || 'the answer';
    throw this.refusal(`its answer is not OpenAI's: ${where}: ${issue?.message ?? 'unknown'}`, parsed.error);
  }

  /** One short line without secrets or an end mark, since the sentence around it has one. */
  #tidy(text: string): string {
    let line = text.replace(/\s+/g, ' ').trim();
    for (const secret of this.#options.secrets) line = line.replaceAll(secret, '***');
    return line.slice(0, MESSAGE_LENGTH).replace(/[.。]+$/, '');
  }
}

/** Which setting to look at. */
function hint(status: number): string {
  if (status === 401 || status === 403) return ' (check KB_ENGINE_KEY)';
  if (status === 404 || (status >= 300 && status < 400)) return ' (check KB_ENGINE_URL and KB_MODEL)';
  return '';
}

/** Runs `read` over an answer; what it finds wrong becomes an `upstream` error of `client`'s server. */
export function readOrRefuse<T>(client: EngineClient, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof BadAnswer ? client.refusal(error.message, error) : error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Node's fetch hides the reason (`ECONNREFUSED`) in the error's cause. */
function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error instanceof Error ? error.message : 'connection lost';
}
