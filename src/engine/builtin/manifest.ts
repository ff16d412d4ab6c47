import { z } from 'zod';
import { readJson } from './read-json.ts';

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
export function readManifest(folder: string): Promise<Manifest> {
  return readJson(folder, 'model.json', manifest);
}
