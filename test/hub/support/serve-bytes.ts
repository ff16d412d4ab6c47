import type { IncomingMessage, ServerResponse } from 'node:http';

/** What goes wrong with one request. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  /** Breaks the connection after so many bytes. */
  | { readonly kind: 'drop'; readonly after: number }
  /** Sends so many bytes and then nothing more, with the connection open. */
  | { readonly kind: 'stall'; readonly after: number }
  /** Ends after so many bytes as if that were all; says no length. */
  | { readonly kind: 'short'; readonly after: number }
  /** Sends more than there is. */
  | { readonly kind: 'long' }
  /** Changes one byte. */
  | { readonly kind: 'corrupt' }
  /** Sends the whole file whatever range is asked for, up to `after` bytes where that is given. */
  | { readonly kind: 'ignore-range'; readonly after?: number }
  /** Sends the range that is asked for with status 200, as ModelScope does. */
  | { readonly kind: 'range-with-200' }
  /** Begins so many bytes before, or after, the place that is asked for. */
  | { readonly kind: 'shift-range'; readonly by: number }
  /** Says that the file has another size. */
  | { readonly kind: 'other-size' }
  /** Has another version of the file, so that `If-Range` does not fit. */
  | { readonly kind: 'new-version' }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'text'; readonly text: string };

/**
 * Serves a file's bytes with ranges and a version, and goes wrong as it is told.
 * @param arrived Resolves when so many bytes of the file have reached the disk: a connection is broken off then, so
 * that a test knows what is there.
 */
export function serveBytes(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  fault: Fault | undefined,
  arrived: (bytes: number) => Promise<void> = async () => {},
): void {
  if (fault?.kind === 'status') {
    if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
    response.writeHead(fault.status).end('not now');
    return;
  }
  if (fault?.kind === 'redirect') return void response.writeHead(302, { location: fault.to }).end();
  if (fault?.kind === 'text') return void response.end(fault.text);
  const etag = fault?.kind === 'new-version' ? '"v2"' : '"v1"';
  response.setHeader('etag', etag);
  const asked = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const fits = (request.headers['if-range'] ?? etag) === etag;
  const ranged = request.headers.range !== undefined && fits && fault?.kind !== 'ignore-range';
  const start = ranged ? asked + (fault?.kind === 'shift-range' ? fault.by : 0) : 0;
  let body = bytes.subarray(start);
  if (ranged) {
    response.statusCode = fault?.kind === 'range-with-200' ? 200 : 206;
    const total = bytes.length + (fault?.kind === 'other-size' ? 1 : 0);
    response.setHeader('content-range', `bytes ${start}-${bytes.length - 1}/${total}`);
  }
  if (fault?.kind === 'long') body = Buffer.concat([body, Buffer.from('!')]);
  if (fault?.kind === 'corrupt') {
    body = Buffer.from(body);
    body[body.length - 1] = (body[body.length - 1] ?? 0) ^ 1;
  }
  if (fault?.kind === 'short') return void response.end(body.subarray(0, fault.after));
  if (fault?.kind !== 'long') response.setHeader('content-length', body.length);
  const brokenAfter = fault?.kind === 'drop' || fault?.kind === 'ignore-range' ? fault.after : undefined;
  if (brokenAfter !== undefined) {
    response.write(body.subarray(0, brokenAfter));
    void arrived(start + brokenAfter).then(() => response.destroy());
    return;
  }
  if (fault?.kind === 'stall') return void response.write(body.subarray(0, fault.after));
  response.end(body);
}
