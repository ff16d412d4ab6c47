import { realpath } from 'node:fs/promises';
import { checkTensors, type FileEntries } from './check-tensors.ts';
import type { Checkpoint } from './checkpoint.ts';
import { checkpointDigest } from './digest.ts';
import { findWeightFiles } from './find-weight-files.ts';
import { readConfig } from './read-config.ts';
import { findFile } from './read-file.ts';
import { readSafetensorsHeader } from './read-safetensors-header.ts';
import { quoted, unusable } from './unusable.ts';

/**
 * Opens a Qwen3 checkpoint folder as it is published: `config.json`, `tokenizer.json`, and `model.safetensors` or shards
 * with an index. Reads a few kilobytes of the weights. Other files, such as those of Sentence Transformers, are left alone.
 *
 * Rejects with `model` and one sentence where anything is missing, damaged, or of a kind that this engine does not read.
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const at = await realpath(folder).catch((error: unknown) => {
    throw unusable(folder, 'no_folder', {}, error);
  });
  const config = await readConfig(at);
  const tokenizer = await findFile(at, 'tokenizer.json');
  if (!tokenizer) throw unusable(at, 'file_missing', { file: 'tokenizer.json' });
  const weights = await findWeightFiles(at);
  const files: FileEntries[] = [];
  for (const file of weights.files) files.push({ file, entries: await readSafetensorsHeader(at, file) });
  checkPromises(at, weights.promised, files);
  const tensors = checkTensors(at, config, files);
  return { folder: at, config, tensors, digest: await checkpointDigest(at, config, tensors) };
}

function checkPromises(
  folder: string,
  promised: ReadonlyMap<string, string>,
  files: readonly FileEntries[],
): void {
  const held = new Map(
    files.map(({ file, entries }) => [file.name, new Set(entries.map(({ name }) => name))]),
  );
  for (const [tensor, file] of promised) {
    if (!held.get(file)?.has(tensor))
      throw unusable(folder, 'shard_without', { tensor: quoted(tensor), file });
  }
}
