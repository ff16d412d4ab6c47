import { createHash } from 'node:crypto';
import type { TensorPlace } from './checkpoint.ts';
import type { Qwen3Config } from './qwen3-config.ts';
import { readWholeFile } from './read-file.ts';
import { readPieces } from './read-tensor.ts';
import { TOKENIZER_LIMIT } from './tokenizer-limit.ts';

/** Bytes that are looked at, at the start, in the middle and at the end of each tensor. */
const SAMPLE = 4096;

/**
 * SHA-256 in hex over all that decides what vectors a checkpoint gives: the config, the tokenizer, where every tensor
 * lies, and samples of each. Reads a few megabytes, whatever the checkpoint's size.
 */
export async function checkpointDigest(
  folder: string,
  config: Qwen3Config,
  tensors: ReadonlyMap<string, TensorPlace>,
): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(config));
  hash.update(await readWholeFile(folder, 'tokenizer.json', TOKENIZER_LIMIT));
  for (const [name, { file, offset, length, type, shape }] of tensors) {
    hash.update(JSON.stringify([name, offset, length, type, shape]));
    const size = Math.min(SAMPLE, length);
    const last = offset + length - size;
    const starts = [offset, offset + Math.floor((length - size) / 2), last];
    for (const piece of await readPieces(file, starts, size)) hash.update(piece);
  }
  return hash.digest('hex');
}
