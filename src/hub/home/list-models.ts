import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isModelId } from '../model-id.ts';
import { modelPlaces, PULLING } from './model-home.ts';
import { isPulling } from './pull-lock.ts';
import { type ModelRecord, missingFiles, readRecord, recordBytes } from './record.ts';
import { type PullPlan, readPlan } from './staging.ts';
import { stagingBytes } from './staging-bytes.ts';

/** A model of the model home. */
export interface PulledModel {
  readonly record: ModelRecord;
  readonly folder: string;
  readonly bytes: number;
  /** Files that are gone or cut short; none for a whole model. */
  readonly missing: readonly string[];
}

/** A pull that has not come to its end. */
export interface UnfinishedPull {
  readonly id: string;
  /** Not there where nothing was known yet when it stopped. */
  readonly plan: PullPlan | undefined;
  readonly folder: string;
  /** Bytes that are there. */
  readonly bytes: number;
  readonly running: boolean;
}

export interface ModelList {
  readonly models: readonly PulledModel[];
  readonly unfinished: readonly UnfinishedPull[];
}

/** What is in a model home, by id; folders that are no pulled models are not looked into. */
export async function listModels(home: string): Promise<ModelList> {
  const models = await Promise.all((await idsIn(home)).map((id) => pulledModel(home, id)));
  const begun = await idsIn(join(home, PULLING, 'models'));
  return {
    models: models.filter((model) => model !== undefined),
    unfinished: await Promise.all(begun.map((id) => unfinishedPull(home, id))),
  };
}

async function pulledModel(home: string, id: string): Promise<PulledModel | undefined> {
  const { folder } = modelPlaces(home, id);
  const record = await readRecord(folder);
  if (record?.id !== id) return undefined;
  return { record, folder, bytes: recordBytes(record), missing: await missingFiles(folder, record) };
}

async function unfinishedPull(home: string, id: string): Promise<UnfinishedPull> {
  const { staging, lock } = modelPlaces(home, id);
  const [plan, running, bytes] = await Promise.all([
    readPlan(staging),
    isPulling(lock),
    stagingBytes(staging),
  ]);
  return { id, plan, folder: staging, bytes, running };
}

async function idsIn(folder: string): Promise<string[]> {
  const ids: string[] = [];
  for (const owner of await namesIn(folder)) {
    for (const name of await namesIn(join(folder, owner))) ids.push(`${owner}/${name}`);
  }
  return ids.filter(isModelId).sort();
}

/** The folders in a folder; links are not followed. */
async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
