import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { KbError } from '../../errors.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `model.json`: what the model is and what its files must be. */
const manifest = z.object({
  name: z.string().min(1),
  version: z.string().min(1),
  dimensions: z.int().positive(),
  maxTokens: z.int().positive(),
  padId: z.int().nonnegative(),
  unkId: z.int().nonnegative(),
  normalization: z.object({ version: z.literal(1) }),
  sha256: z.object({ 'model.onnx': sha256, 'tokenizer.json': sha256, 'simplify.json': sha256 }),
});

export type Manifest = z.output<typeof manifest>;

/** Reads a model folder's `model.json`. Rejects with `model` where it is missing, damaged, or of another kind. */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, 'model.json');
  try {
    return manifest.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    const reason = issue ? `${issue.path.join('.')}: ${issue.message}` : message(error);
    throw new KbError('model', { values: { model: 'builtin', detail: `${file}: ${reason}` }, cause: error });
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
