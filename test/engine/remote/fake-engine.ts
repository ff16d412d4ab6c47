import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SentEmbeddings {
  readonly model: string;
  readonly input: readonly string[];
  readonly encoding_format?: string;
  readonly input_type?: string;
}

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: SentEmbeddings | undefined;
}

/** Answers one request in its own way; `usual` gives the answer a good server would. */
export type Fault = (response: ServerResponse, seen: Seen, usual: () => void) => void | Promise<void>;

export interface FakeEngineOptions {
  readonly models?: readonly object[];
  readonly dimensions?: number;
  /** Characters that are read of a text. */
  readonly maxTokens?: number;
  readonly base64?: boolean;
}

export interface FakeEngine extends AsyncDisposable {
  readonly url: string;
  readonly seen: Seen[];
  /** Faults of the coming embeddings requests, one each. */
  readonly faults: Fault[];
}

/** The vector of a text: its characters on a ring of directions, so that different texts differ. Not normalised. */
export function fakeVector(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0.01);
  [...text].forEach((character, i) => {
    const at = ((character.codePointAt(0) ?? 0) * 31 + i) % dimensions;
    vector[at] = (vector[at] ?? 0) + 1;
  });
  return vector;
}

/** A real HTTP server on 127.0.0.1 that speaks OpenAI's embeddings. */
export async function startFakeEngine(options: FakeEngineOptions = {}): Promise<FakeEngine> {
  const { models = [{ id: 'fake-model', owned_by: 'somebody' }], dimensions = 64, maxTokens = 512 } = options;
  const seen: Seen[] = [];
  const faults: Fault[] = [];

  const answer = (response: ServerResponse, body: SentEmbeddings): void => {
    const data = body.input.map((text, index) => {
      const vector = fakeVector([...text].slice(0, maxTokens).join(''), dimensions);
      const base64 = options.base64 ?? body.encoding_format === 'base64';
      const embedding = base64 ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector;
      return { object: 'embedding', index, embedding };
    });
    const tokens = body.input.reduce((sum, text) => sum + Math.min(maxTokens, [...text].length), 0);
    sendJson(response, 200, {
      object: 'list',
      data,
      model: body.model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    });
  };

  const server = createServer(async (request, response) => {
    const text = await readBody(request);
    const body = text === '' ? undefined : (JSON.parse(text) as SentEmbeddings);
    const record: Seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      body,
    };
    seen.push(record);
    if (record.path.endsWith('/models')) {
      if (models.length === 0) return sendJson(response, 404, { detail: 'Not Found' });
      return sendJson(response, 200, { object: 'list', data: models });
    }
    if (!body) return sendJson(response, 404, { detail: 'Not Found' });
    const usual = () => answer(response, body);
    const fault = faults.shift();
    if (fault) await fault(response, record, usual);
    else usual();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    faults,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
