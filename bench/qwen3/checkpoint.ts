import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CheckpointShape,
  shape06B,
  tinyShape,
  writeRandomCheckpoint,
} from '../../test/support/qwen3/random-checkpoint.ts';
import { tensorList } from '../../test/support/qwen3/tensor-list.ts';

/** The shapes that the bench knows: the true one, and one that every contender loads at once, to try the bench itself. */
export const shapes = {
  '0.6B': shape06B,
  tiny: { ...tinyShape, hidden: 64, headDim: 32, ffn: 128, vocabulary: 151669, tokenizer: 'qwen3' },
} as const satisfies Record<string, CheckpointShape>;

export interface BenchCheckpoint {
  readonly folder: string;
  /** Names what is made from these weights; another one where their values would be others. */
  readonly key: string;
}

/** The random checkpoint of a shape below `cache`, written where it is not there yet. */
export async function benchCheckpoint(cache: string, name: keyof typeof shapes): Promise<BenchCheckpoint> {
  const shape = shapes[name];
  const made = createHash('sha256').update(JSON.stringify([shape, tensorList(shape)]));
  const key = `${name}-${made.digest('hex').slice(0, 8)}`;
  const folder = join(cache, `checkpoint-${key}`);
  if (!existsSync(folder)) {
    const partial = `${folder}.part`;
    await rm(partial, { recursive: true, force: true });
    await writeRandomCheckpoint(partial, shape);
    await rename(partial, folder);
  }
  return { folder, key };
}
