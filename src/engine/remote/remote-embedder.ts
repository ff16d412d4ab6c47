import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backoff } from '../../backoff.ts';
import { KbError } from '../../errors.ts';
import { cancellable } from '../cancellable.ts';
import { checkTexts } from '../check-texts.ts';
import type { Embedder, EmbedderLimits, EmbedOptions, EmbedResult } from '../embedder.ts';
import { fingerprint } from '../fingerprint.ts';
import { Lifetime } from '../lifetime.ts';
import { embeddingsAnswer, type ModelEntry, modelsAnswer } from './answers.ts';
import { type Endpoint, parseEndpoint } from './endpoint.ts';
import { type ClientDeps, EngineClient, readOrRefuse } from './engine-client.ts';
import { PriorityGate } from './priority-gate.ts';
import { chooseQueryRule, type QueryRule, queryText } from './query-rule.ts';
import { readVectors } from './read-vectors.ts';

/** Who our own engine says it is in `GET /v1/models`. */
export const OWN_ENGINE = 'meaning-radar';

export interface RemoteOptions {
  /** The engine's address, with or without `/v1`. */
  readonly url: string;
  readonly key?: string | undefined;
  /** The model's name at the server. Default: the first one the server lists. */
  readonly model?: string | undefined;
  /** Task sentence of the query instruction; where set it is used with every model. */
  readonly queryTask?: string | undefined;
  /** Texts in one HTTP request. Default 64. */
  readonly textsPerRequest?: number;
  /** HTTP requests at once. Default 4. */
  readonly requestsAtOnce?: number;
  /** Milliseconds for one try. Default 30 s for questions, 120 s for imports. */
  readonly timeoutMs?: { readonly question: number; readonly import: number };
  readonly backoff?: { readonly question: Backoff; readonly import: Backoff };
  readonly deps?: Partial<ClientDeps>;
}

const MAX_TEXTS = 2048;
const MAX_WAITING = 1024;
const DEFAULT_MAX_TOKENS = 8192;
const TIMEOUT_MS = { question: 30_000, import: 120_000 };
/** A person waits for a question; an import would rather outlast a restart of the engine. */
const BACKOFF = {
  question: { attempts: 4, baseMs: 300, maxMs: 10_000 },
  import: { attempts: 8, baseMs: 500, maxMs: 60_000 },
};

interface Facts {
  readonly model: string;
  readonly ownEngine: boolean;
  readonly entry: ModelEntry | undefined;
}

/**
 * Embeds with any OpenAI-compatible engine.
 * Asks the server for its models and embeds one word, to learn the name, the dimensions and the query rule.
 * Rejects with `engine_unavailable`, `upstream`, or `missing_config` where the server does not list its models.
 */
export async function openRemoteEmbedder(options: RemoteOptions): Promise<Embedder> {
  const endpoint = parseEndpoint(options.url);
  const authorization = options.key === undefined ? endpoint.authorization : `Bearer ${options.key}`;
  const secrets = [options.key, authorization?.split(' ')[1]].filter((secret) => secret !== undefined);
  const client = new EngineClient(
    { shown: endpoint.shown, authorization, secrets },
    { fetch, now: Date.now, random: Math.random, sleep: (ms) => sleep(ms), ...options.deps },
  );
  const facts = await findModel(client, endpoint, options);
  const rule = chooseQueryRule({ ...facts, task: options.queryTask });
  const embedder = new RemoteEmbedder(client, endpoint, facts, rule, options);
  await embedder.probe();
  return embedder;
}

class RemoteEmbedder implements Embedder {
  readonly model: string;
  readonly limits: EmbedderLimits;
  readonly #client: EngineClient;
  readonly #endpoint: Endpoint;
  readonly #facts: Facts;
  readonly #rule: QueryRule;
  readonly #options: RemoteOptions;
  readonly #gate: PriorityGate;
  readonly #lifetime = new Lifetime();
  #dimensions: number | undefined;

  constructor(
    client: EngineClient,
    endpoint: Endpoint,
    facts: Facts,
    rule: QueryRule,
    options: RemoteOptions,
  ) {
    this.model = facts.model;
    this.limits = {
      maxTokens: facts.entry?.max_model_len ?? DEFAULT_MAX_TOKENS,
      overlong: 'cut',
      maxTexts: MAX_TEXTS,
    };
    this.#client = client;
    this.#endpoint = endpoint;
    this.#facts = facts;
    this.#rule = rule;
    this.#options = options;
    this.#gate = new PriorityGate(options.requestsAtOnce ?? 4, MAX_WAITING);
  }

  get dimensions(): number {
    return this.#dimensions ?? 0;
  }

  get fingerprint(): string {
    const { entry } = this.#facts;
    return fingerprint(this.model, [
      this.dimensions,
      JSON.stringify(this.#rule),
      ...(entry?.fingerprint ? [entry.fingerprint] : []),
    ]);
  }

  /** Embeds one word: shows that the engine works, and how long its vectors are. */
  async probe(): Promise<void> {
    const { vectors } = await this.embedLines(['radar']);
    this.#dimensions = vectors[0]?.length;
  }

  embedQueries(texts: readonly string[], options: EmbedOptions = {}): Promise<EmbedResult> {
    return this.#embed(texts, options, true);
  }

  embedLines(texts: readonly string[], options: EmbedOptions = {}): Promise<EmbedResult> {
    return this.#embed(texts, options, false);
  }

  close(): Promise<void> {
    return this.#lifetime.end(async () => {});
  }

  #embed(texts: readonly string[], options: EmbedOptions, queries: boolean): Promise<EmbedResult> {
    return this.#lifetime.run(async () => {
      checkTexts(texts, this.limits, options.signal);
      const input = queries ? texts.map((text) => queryText(this.#rule, text)) : texts;
      const inputType = queries && this.#rule.kind === 'server' ? { input_type: 'query' } : {};
      const stop = new AbortController();
      setMaxListeners(0, stop.signal);
      const cancel = () => stop.abort(options.signal?.reason);
      options.signal?.addEventListener('abort', cancel, { once: true });
      const size = this.#options.textsPerRequest ?? 64;
      const parts = Array.from({ length: Math.ceil(input.length / size) }, (_, i) =>
        this.#request(input.slice(i * size, (i + 1) * size), inputType, options.priority, stop.signal),
      );
      try {
        const results = await cancellable(Promise.all(parts), options.signal);
        return {
          vectors: results.flatMap((result) => result.vectors),
          tokens: results.reduce((sum, result) => sum + result.tokens, 0),
        };
      } finally {
        options.signal?.removeEventListener('abort', cancel);
        // After a failure, the other requests of this call are of no use to anybody.
        stop.abort();
      }
    });
  }

  #request(
    input: readonly string[],
    inputType: { input_type?: string },
    priority: 'question' | 'import' = 'question',
    signal: AbortSignal,
  ): Promise<EmbedResult> {
    return this.#gate.run(priority, signal, async () => {
      const answer = await this.#client.request({
        url: this.#endpoint.embeddings,
        body: {
          model: this.model,
          input,
          ...inputType,
          // Base64 is a quarter of the bytes, but some other engines refuse a request that names it.
          encoding_format: this.#facts.ownEngine ? 'base64' : 'float',
        },
        schema: embeddingsAnswer,
        timeoutMs: (this.#options.timeoutMs ?? TIMEOUT_MS)[priority],
        backoff: (this.#options.backoff ?? BACKOFF)[priority],
        signal,
      });
      const vectors = readOrRefuse(this.#client, () => readVectors(answer, input.length, this.#dimensions));
      return { vectors, tokens: answer.usage?.prompt_tokens ?? answer.usage?.total_tokens ?? 0 };
    });
  }
}

/** The model to use and who serves it. A server without a list of models is fine where the model is named. */
async function findModel(client: EngineClient, endpoint: Endpoint, options: RemoteOptions): Promise<Facts> {
  const models = await client
    .request({
      url: endpoint.models,
      schema: modelsAnswer,
      timeoutMs: (options.timeoutMs ?? TIMEOUT_MS).question,
      backoff: (options.backoff ?? BACKOFF).question,
    })
    .catch((error: unknown) => {
      if (options.model !== undefined && error instanceof KbError && error.code === 'upstream')
        return undefined;
      throw error;
    });
  const entries = models?.data ?? [];
  const entry =
    options.model === undefined ? entries[0] : entries.find((candidate) => candidate.id === options.model);
  const model = options.model ?? entry?.id;
  if (model === undefined) {
    throw new KbError('missing_config', {
      values: {
        name: 'KB_MODEL',
        hint: `The engine at ${endpoint.shown} lists no model; name the one to use.`,
      },
    });
  }
  return { model, entry, ownEngine: entry?.owned_by === OWN_ENGINE };
}
