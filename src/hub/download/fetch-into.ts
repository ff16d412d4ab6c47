import { detail } from '../detail.ts';
import { HubFailure } from '../source/hub-failure.ts';
import type { HubAnswer, ModelSource, RemoteFile } from '../source/model-source.ts';
import { createIdleSignal, type IdleSignal } from './idle-signal.ts';
import type { PartFile } from './part-file.ts';

export interface FetchOptions {
  readonly source: ModelSource;
  readonly model: string;
  readonly file: RemoteFile;
  readonly part: PartFile;
  readonly idleMs: number;
  readonly signal: AbortSignal;
  /** Called with the bytes that are there. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * One try to bring a part to the whole file's length, from where it is. What arrives stays, whatever happens then.
 * Gives false where the server has another file than the listed one; its bytes are then worth nothing.
 */
export async function fetchInto(options: FetchOptions): Promise<boolean> {
  const { source, model, file, part } = options;
  if (part.size === file.size) return true;
  const idle = createIdleSignal(options.signal, options.idleMs);
  try {
    const answer = await source.open(model, file, {
      signal: idle.signal,
      headers: (url) => rangeHeaders(part, url),
    });
    idle.touch();
    return (await takePlace(options, answer)) && (await takeBytes(options, answer, idle));
  } catch (error) {
    if (!idle.idle || options.signal.aborted) throw error;
    const silence = detail('stalled', { seconds: Math.ceil(options.idleMs / 1000) });
    throw new HubFailure({ model, host: source.host, detail: silence, retryable: true, cause: error });
  } finally {
    idle.close();
  }
}

/** Only the server that gave a version is asked whether it still has it; hubs use several CDNs side by side. */
function rangeHeaders({ size, tag }: PartFile, url: URL): Record<string, string> {
  if (size === 0) return {};
  return {
    range: `bytes=${size}-`,
    ...(tag?.origin === url.origin ? { 'if-range': tag.etag } : {}),
  };
}

/** Brings the part to the place where the answer's bytes begin. */
async function takePlace(options: FetchOptions, { response, url }: HubAnswer): Promise<boolean> {
  const { model, file, part } = options;
  const failed = (status: number) =>
    new HubFailure({ model, host: url.host, detail: detail('badStatus', { status }), retryable: true });
  if (response.status === 416) {
    await part.cut(0);
    throw failed(416);
  }
  // ModelScope sends the rest with status 200: the range that is named counts, not the status.
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  const start = range ? Number(range[1]) : 0;
  const total = range ? range[2] : plainLength(response);
  if (total !== null && total !== '*' && Number(total) !== file.size) return false;
  if (start > part.size || (response.status === 206 && !range)) {
    await part.cut(0);
    throw failed(response.status);
  }
  if (start < part.size) await part.cut(start);
  const etag = response.headers.get('etag');
  // A weak version may not be asked for in If-Range.
  await part.setTag(etag?.startsWith('"') ? { origin: url.origin, etag } : undefined);
  return true;
}

/** The length of a body that comes as it is; that of a compressed one says nothing of the file. */
function plainLength({ headers }: Response): string | null {
  return headers.has('content-encoding') ? null : headers.get('content-length');
}

async function takeBytes(options: FetchOptions, answer: HubAnswer, idle: IdleSignal): Promise<boolean> {
  const { model, file, part, onBytes } = options;
  const broken = (cause?: unknown) =>
    new HubFailure({ model, host: answer.url.host, detail: detail('brokeOff'), retryable: true, cause });
  const chunks = answer.response.body?.values();
  for (;;) {
    const next = await chunks?.next().catch((error: unknown) => {
      idle.signal.throwIfAborted();
      throw broken(error);
    });
    if (!next || next.done) break;
    idle.touch();
    if (part.size + next.value.length > file.size) return false;
    await part.append(next.value);
    onBytes(part.size);
  }
  if (part.size < file.size) throw broken();
  return true;
}
