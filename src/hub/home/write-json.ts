import { open, rename } from 'node:fs/promises';
import { diskFailure } from './disk-failure.ts';

/** Writes a document so that the file is the old one or the whole new one, after a power cut too. */
export async function writeJson(path: string, document: unknown): Promise<void> {
  const draft = `${path}.tmp`;
  try {
    const handle = await open(draft, 'w');
    try {
      await handle.writeFile(`${JSON.stringify(document, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (error) {
    throw diskFailure(path, error);
  }
}
