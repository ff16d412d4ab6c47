import type { IncomingMessage } from 'node:http';

/** Bytes of a request's body that are read. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** The body's bytes, untouched; undefined where it is longer than allowed. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
