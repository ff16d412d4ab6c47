import { detail } from '../detail.ts';
import { HubFailure } from '../source/hub-failure.ts';
import type { ModelSource, RemoteFile } from '../source/model-source.ts';
import type { DownloadDeps } from './deps.ts';
import { fetchInto } from './fetch-into.ts';
import { openPart, type PartFile } from './part-file.ts';
import { type Retry, withRetries } from './with-retries.ts';

export interface DownloadOptions {
  readonly source: ModelSource;
  readonly model: string;
  readonly file: RemoteFile;
  /** Where the beginning is kept until the file is whole; gone on with where it is there. */
  readonly partPath: string;
  readonly target: string;
  readonly deps: DownloadDeps;
  readonly signal: AbortSignal;
  /** Called with the bytes of the file that are there. */
  readonly onBytes: (bytes: number) => void;
  readonly onRetry: (retry: Retry) => void;
}

/**
 * Fetches one file and checks it; `target` is there, whole and right, or not at all. Gives its SHA-256.
 * What is wrong is thrown away and fetched once more, then it is a failure.
 */
export async function downloadFile(options: DownloadOptions): Promise<string> {
  const { source, model, file, signal, onBytes, onRetry } = options;
  const part = await openPart(options.partPath, file, signal);
  try {
    onBytes(part.size);
    for (let last = false; !(await fetchWhole(options, part)); last = true) {
      await part.cut(0);
      await part.setTag(undefined);
      onBytes(0);
      const failure = { model, host: source.host, detail: detail('damaged', { file: file.path }) };
      if (last) throw new HubFailure(failure);
      onRetry({ detail: failure.detail, waitMs: 0 });
    }
    await part.finish(options.target);
    return part.sha256();
  } finally {
    await part.close();
  }
}

/** Fetches what is missing, with retries. Gives false where the result is not the listed file. */
async function fetchWhole(options: DownloadOptions, part: PartFile): Promise<boolean> {
  const { source, model, file, deps, signal, onBytes, onRetry } = options;
  const fits = await withRetries(
    () => fetchInto({ source, model, file, part, idleMs: deps.idleMs, signal, onBytes }),
    { backoff: deps.fileBackoff, deps, signal, onRetry, position: () => part.size },
  );
  return fits && part.matches();
}
