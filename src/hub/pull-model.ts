import { lstat, mkdir } from 'node:fs/promises';
import { KbError } from '../errors.ts';
import { checkConfig, pickBasics, shardsOf } from './checkpoint-files.ts';
import { detail } from './detail.ts';
import { type DownloadDeps, downloadDefaults } from './download/deps.ts';
import { withRetries } from './download/with-retries.ts';
import { fetchFiles, isKept } from './fetch-files.ts';
import { diskFailure, diskFull } from './home/disk-failure.ts';
import { freeSpace } from './home/free-space.ts';
import { install } from './home/install.ts';
import { modelPlaces } from './home/model-home.ts';
import { takePullLock } from './home/pull-lock.ts';
import { type ModelRecord, missingFiles, readRecord } from './home/record.ts';
import { openStaging, planOf, removeStaging } from './home/staging.ts';
import { listFiles } from './list-files.ts';
import { isModelId } from './model-id.ts';
import type { Pull } from './pull.ts';
import type { PullEvent } from './pull-event.ts';
import type { Listing, ModelSource } from './source/model-source.ts';
import { WEIGHTS_INDEX } from './wanted-files.ts';

/** Room that stays free for whatever else writes to the disk. Bytes. */
const SPARE_BYTES = 64_000_000;

export interface PullOptions {
  /** The model home; made where it is not there. */
  readonly home: string;
  readonly source: ModelSource;
  /** A branch, tag or commit. Default: the main branch. */
  readonly revision?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: (event: PullEvent) => void;
  readonly deps?: Partial<DownloadDeps>;
  /** Free bytes of a folder's disk, where it tells them. */
  readonly free?: (folder: string) => Promise<number | undefined>;
}

export interface PulledFolder {
  readonly record: ModelRecord;
  readonly folder: string;
  /** Whether it was there before, whole and of this revision. */
  readonly already: boolean;
}

/**
 * Fetches a model into the home, or goes on with a pull that was stopped. The folder is there whole or not at all,
 * and all its files are of the commit that the revision stood for at the beginning.
 *
 * Rejects with `invalid_request` (no id), `model` (nothing that the engine runs), `model_download` (the hub or the
 * network), `model_pulling` (another process is at it), `disk_full`, `write_file`, or `pull_stopped` by the signal;
 * what was fetched by then stays for the next time.
 */
export async function pullModel(model: string, options: PullOptions): Promise<PulledFolder> {
  const { home, signal: outer = new AbortController().signal } = options;
  if (!isModelId(model))
    throw new KbError('invalid_request', { values: { detail: detail('notAnId', { given: model }) } });
  const places = modelPlaces(home, model);
  await refuseForeignFolder(model, places.folder);
  const lock = await takePullLock(places.lock, model);
  const deps = { ...downloadDefaults, ...options.deps };
  const signal = AbortSignal.any([outer, lock.lost]);
  try {
    return await pullLocked(model, { ...options, deps, signal });
  } catch (error) {
    if (outer.aborted) throw new KbError('pull_stopped', { values: { model }, cause: error });
    if (lock.lost.aborted) throw new KbError('model_pulling', { values: { model, pid: '?' }, cause: error });
    throw error;
  } finally {
    await lock.release();
  }
}

type LockedOptions = PullOptions & { readonly deps: DownloadDeps; readonly signal: AbortSignal };

async function pullLocked(model: string, options: LockedOptions): Promise<PulledFolder> {
  const { home, source, revision, deps, signal, onEvent = () => {} } = options;
  const { folder, staging: stagingFolder } = modelPlaces(home, model);
  const listing = await withRetries(() => listFiles({ source, model, revision, deps, signal }), {
    backoff: deps.listBackoff,
    deps,
    signal,
    onRetry: (retry) => onEvent({ kind: 'retry', file: undefined, ...retry }),
  });
  const old = await readRecord(folder);
  if (old && (await isCurrent(folder, old, source, listing))) {
    // Left by a pull of another version, or by one that ended between its last two steps.
    await removeStaging(stagingFolder);
    return { record: old, folder, already: true };
  }

  const basics = pickBasics(listing);
  const staging = await openStaging(stagingFolder);
  const pull: Pull = { model, source, staging, deps, signal, onEvent };
  await staging.plan(planOf(source.name, listing));
  await fetchFiles(pull, [basics.config]);
  await checkConfig(model, staging.target(basics.config));
  await fetchFiles(
    pull,
    [basics.weights].filter(({ path }) => path === WEIGHTS_INDEX),
  );
  const shards =
    basics.weights.path === WEIGHTS_INDEX ? await shardsOf(listing, staging.target(basics.weights)) : [];
  const files = [basics.config, ...basics.others, basics.weights, ...shards];

  await staging.plan(planOf(source.name, { ...listing, files }));
  const total = sum(files.map(({ size }) => size));
  const done = sum(await Promise.all(files.map((file) => staging.bytesOf(file))));
  const kept = sum(files.filter((file) => isKept(file, old)).map(({ size }) => size));
  await checkRoom(home, total - done - kept, options.free ?? freeSpace);
  const { host, name } = source;
  onEvent({
    kind: 'planned',
    model,
    source: name,
    host,
    revision: listing.revision,
    files: files.length,
    total,
    done,
  });
  const hashes = await fetchFiles(pull, files, { folder, record: old });
  const record: ModelRecord = {
    id: model,
    source: name,
    revision: listing.revision,
    pulledAt: new Date(deps.now()).toISOString(),
    files: files.map(({ path, size }) => ({ path, size, sha256: hashes.get(path) ?? '' })),
  };
  signal.throwIfAborted();
  await install(modelPlaces(home, model), staging.files, record);
  await removeStaging(stagingFolder);
  return { record, folder, already: false };
}

/** Whether what is there is whole and of the revision that the hub has now. */
async function isCurrent(
  folder: string,
  record: ModelRecord,
  source: ModelSource,
  listing: Listing,
): Promise<boolean> {
  const same = record.source === source.name && record.revision === listing.revision;
  return same && (await missingFiles(folder, record)).length === 0;
}

/** A folder that somebody put there by hand is not overwritten. */
async function refuseForeignFolder(model: string, folder: string): Promise<void> {
  const there = await lstat(folder).catch(() => undefined);
  if (!there || (await readRecord(folder))?.id === model) return;
  throw new KbError('model', { values: { model, detail: detail('occupied', { path: folder }) } });
}

async function checkRoom(
  home: string,
  needed: number,
  free: (folder: string) => Promise<number | undefined>,
): Promise<void> {
  await mkdir(home, { recursive: true }).catch((error: unknown) => {
    throw diskFailure(home, error);
  });
  const room = await free(home);
  if (room !== undefined && needed > 0 && room < needed + SPARE_BYTES)
    throw diskFull(home, needed + SPARE_BYTES, room);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
