import { lstat, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KbError } from '../../errors.ts';
import { detail } from '../detail.ts';
import { isModelId } from '../model-id.ts';
import { diskFailure } from './disk-failure.ts';
import { modelPlaces } from './model-home.ts';
import { pruneFolders } from './prune-folders.ts';
import { takePullLock } from './pull-lock.ts';
import { readRecord, recordBytes } from './record.ts';
import { removeStaging } from './staging.ts';
import { stagingBytes } from './staging-bytes.ts';

/** What was removed. */
export interface RemovedModel {
  readonly id: string;
  /** Bytes that are free now. */
  readonly bytes: number;
}

/**
 * Removes a pulled model, and what an unfinished pull of it left. Only folders in the home itself are touched: a
 * link, or a folder that no pull made, is refused.
 * Rejects with `model`, or with `model_pulling` while it is being fetched.
 */
export async function removeModel(home: string, id: string): Promise<RemovedModel> {
  const refuse = (key: 'notPulled' | 'notOurs') =>
    new KbError('model', { values: { model: id, detail: detail(key, { home }) } });
  if (!isModelId(id)) throw refuse('notPulled');
  const { folder, staging, lock } = modelPlaces(home, id);
  const [pulled, begun] = [await kindOf(folder), await kindOf(staging)];
  if (pulled === undefined && begun === undefined) throw refuse('notPulled');
  const record = await readRecord(folder);
  const ours =
    [pulled, begun].every((kind) => kind !== 'other') && (pulled === undefined || record?.id === id);
  if (!ours) throw refuse('notOurs');

  const held = await takePullLock(lock, id);
  try {
    const bytes = (record ? recordBytes(record) : 0) + (await stagingBytes(staging));
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    // The owner's folder goes with its last model.
    await pruneFolders(folder, 1);
    await removeStaging(staging);
    return { id, bytes };
  } catch (error) {
    throw diskFailure(folder, error);
  } finally {
    await held.release();
  }
}

/** Whether a folder and its owner's are real folders; a link at either leads out of the home. */
async function kindOf(folder: string): Promise<'folder' | 'other' | undefined> {
  for (const place of [dirname(folder), folder]) {
    const found = await lstat(place).catch(() => undefined);
    if (!found) return undefined;
    if (!found.isDirectory()) return 'other';
  }
  return 'folder';
}
