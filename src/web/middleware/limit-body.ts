import type { MiddlewareHandler } from 'hono';
import { KbError } from '../../errors.ts';
import type { AppEnv } from '../app-env.ts';

/** Bytes that a request's body may have. */
export const MAX_BODY_BYTES = 1_000_000;

/**
 * Reads a request's body, whether it announces its length or not, and refuses one that is too large as soon as that
 * is known. hono's own limit copies the `Request`, which the lightweight one of its node server does not survive.
 */
export function limitBody(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (Number(c.req.header('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
    const { url, method, headers, signal, body } = c.req.raw;
    if (body) c.req.raw = new Request(url, { method, headers, signal, body: await readBody(body) });
    await next();
  };
}

async function readBody(body: ReadableStream<Uint8Array>): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes.buffer;
}

const tooLarge = () => new KbError('too_large', { values: { limit: '1 MB' } });
