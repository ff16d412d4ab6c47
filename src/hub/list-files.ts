import { detail } from './detail.ts';
import type { DownloadDeps } from './download/deps.ts';
import { createIdleSignal } from './download/idle-signal.ts';
import { HubFailure } from './source/hub-failure.ts';
import type { Listing, ModelSource } from './source/model-source.ts';

export interface ListFilesOptions {
  readonly source: ModelSource;
  readonly model: string;
  readonly revision?: string | undefined;
  readonly deps: Pick<DownloadDeps, 'idleMs'>;
  readonly signal: AbortSignal;
}

/** Asks a hub once for a model's files; one that does not answer in time is a failure that is worth another try. */
export async function listFiles(options: ListFilesOptions): Promise<Listing> {
  const { source, model, revision, deps } = options;
  const idle = createIdleSignal(options.signal, deps.idleMs);
  try {
    return await source.list(model, { revision, signal: idle.signal });
  } catch (error) {
    if (!idle.idle || options.signal.aborted) throw error;
    const silence = detail('stalled', { seconds: Math.ceil(deps.idleMs / 1000) });
    throw new HubFailure({ model, host: source.host, detail: silence, retryable: true, cause: error });
  } finally {
    idle.close();
  }
}
