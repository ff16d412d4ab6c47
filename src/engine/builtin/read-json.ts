import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { KbError } from '../../errors.ts';

/**
 * Reads a JSON file of the model's folder. Rejects with `model`, and a sentence that names the file, where it is
 * missing, damaged or of another shape.
 * @param check Rejects where the bytes are not the right ones, before they are parsed. Default: takes any.
 */
export async function readJson<T>(
  folder: string,
  name: string,
  schema: z.ZodType<T>,
  check: (bytes: Uint8Array) => Promise<void> = async () => {},
): Promise<T> {
  const file = join(folder, name);
  try {
    const bytes = await readFile(file);
    await check(bytes);
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new KbError('model', {
      values: { model: 'builtin', detail: describe(file, error) },
      cause: error,
    });
  }
}

function describe(file: string, error: unknown): string {
  const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
  if (issue) return `${file}: ${issue.path.join('.')}: ${issue.message}`;
  const message = error instanceof Error ? error.message : String(error);
  // A file that cannot be read, or is not the right one, is named already.
  return message.includes(file) ? message : `${file}: ${message}`;
}
