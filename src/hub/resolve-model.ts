import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { KbError } from '../errors.ts';
import type { LocalizedText } from '../messages/errors.ts';
import { askSize } from './ask-size.ts';
import { detail } from './detail.ts';
import { formatBytes } from './format-bytes.ts';
import { findInCache } from './hf-cache.ts';
import { modelPlaces } from './home/model-home.ts';
import { missingFiles, readRecord } from './home/record.ts';
import { isModelId } from './model-id.ts';
import type { ModelSource } from './source/model-source.ts';

/** How long a sentence about a model that is missing may wait for its size. Milliseconds. */
const SIZE_TIMEOUT_MS = 3_000;

/** A checkpoint on this machine. */
export interface ResolvedModel {
  /** An absolute path. */
  readonly folder: string;
  /** The model's id where it is known, else the folder's own name. */
  readonly name: string;
}

export interface ResolveOptions {
  /** The model home. */
  readonly home: string;
  /** Asked for the size of a model that is missing; not asked where it is left out. */
  readonly source?: ModelSource | undefined;
  readonly sizeTimeoutMs?: number;
  /** The user's own folder, which `~` stands for. Default: the system's. */
  readonly userHome?: string;
  readonly HF_HUB_CACHE?: string | undefined;
  readonly HF_HOME?: string | undefined;
}

/**
 * The checkpoint that `KB_MODEL` or `KB_RERANKER` means: a folder, or the id of a model that was pulled, or that
 * Hugging Face's own tools have in their cache.
 * Rejects with `model_missing` for an id that is not here, with its size and the command that fetches it, with
 * `model_incomplete` where files of a pulled one are gone, and with `model` for what is neither.
 */
export async function resolveModel(setting: string, options: ResolveOptions): Promise<ResolvedModel> {
  const given = setting.trim();
  const userHome = options.userHome ?? homedir();
  if (isAbsolute(given) || /^(\.{1,2}|~)([/\\]|$)/.test(given)) {
    return resolveFolder(given, given.startsWith('~') ? join(userHome, given.slice(1)) : resolve(given));
  }
  if (await hasConfig(resolve(given))) return resolveFolder(given, resolve(given));
  if (!isModelId(given)) throw unusable(given, detail('neither'));
  const folder = resolve(modelPlaces(options.home, given).folder);
  const record = await readRecord(folder);
  if (record) {
    const missing = await missingFiles(folder, record);
    if (missing.length === 0) return { folder, name: record.id };
    throw new KbError('model_incomplete', { values: { model: given, files: missing.join(', ') } });
  }
  const cached = await findInCache(given, { ...options, userHome });
  if (cached !== undefined) return { folder: resolve(cached), name: given };
  const { source, sizeTimeoutMs = SIZE_TIMEOUT_MS } = options;
  const bytes = source && (await askSize(given, source, sizeTimeoutMs));
  throw new KbError('model_missing', { values: { model: given, size: inBrackets(bytes) } });
}

async function resolveFolder(given: string, folder: string): Promise<ResolvedModel> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw unusable(given, detail('noFolder'));
  if (!(await hasConfig(folder))) throw unusable(given, detail('noConfig'));
  return { folder, name: (await readRecord(folder))?.id ?? nameOf(folder) };
}

/** A snapshot of Hugging Face's cache is called by its commit; the model's id stands two folders above. */
function nameOf(folder: string): string {
  const [, owner, name] = /[/\\]models--(.+?)--(.+?)[/\\]snapshots[/\\][0-9a-f]+$/.exec(folder) ?? [];
  return owner && name ? `${owner}/${name}` : basename(folder);
}

async function hasConfig(folder: string): Promise<boolean> {
  return (await stat(join(folder, 'config.json')).catch(() => undefined))?.isFile() ?? false;
}

function inBrackets(bytes: number | undefined): LocalizedText {
  if (bytes === undefined) return { en: '', zh: '' };
  return { en: ` (${formatBytes(bytes)})`, zh: `（${formatBytes(bytes)}）` };
}

function unusable(model: string, said: LocalizedText): KbError {
  return new KbError('model', { values: { model, detail: said } });
}
