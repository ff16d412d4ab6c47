import type { z } from 'zod';
import { detail } from '../detail.ts';
import type { HubEndpoint } from './endpoint.ts';
import { HubFailure } from './hub-failure.ts';
import { unreachable } from './hub-fetch.ts';
import type { HubAnswer } from './model-source.ts';

/** A list of files is some kilobytes; nothing larger is read into memory. */
const MAX_BYTES = 32_000_000;

/** Reads a hub's JSON answer; one that is too large, no JSON or of another shape is a failure. */
export async function readJson<Schema extends z.ZodType>(
  endpoint: HubEndpoint,
  model: string,
  { response, url }: HubAnswer,
  schema: Schema,
): Promise<z.output<Schema>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) break;
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error;
    throw unreachable(endpoint, model, url.host, error);
  }
  const parsed = schema.safeParse(bytes > MAX_BYTES ? undefined : parse(Buffer.concat(chunks).toString()));
  if (parsed.success) return parsed.data;
  throw new HubFailure({ model, host: url.host, detail: detail('badAnswer'), cause: parsed.error });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
