import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { KbError } from '../../../errors.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { readTensorRows } from '../checkpoint/read-tensor.ts';
import { type EightBitLayout, type EightBitMatrix, HEADER_BYTES } from './layout.ts';
import { BLOCK, blocksOf, quantizeRows } from './quantize-rows.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The first {@link HEADER_BYTES} bytes: JSON, padded with blanks. */
const header = z.object({
  format: z.literal('meaning-radar 8-bit weights 1'),
  block: z.literal(BLOCK),
  /** The checkpoint's digest. */
  source: sha256,
  /** Of everything after the header. */
  sha256,
});

/** Weights converted at once: about 32 MB of them. */
const CHUNK_VALUES = 8_000_000;

/** Whether the file is there and made of this checkpoint, every byte as it was written. */
export async function isEightBitFile(
  path: string,
  checkpoint: Checkpoint,
  layout: EightBitLayout,
): Promise<boolean> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { size } = await file.stat();
    if (size !== layout.size) return false;
    const { buffer } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    const parsed = header.safeParse(JSON.parse(buffer.toString('utf8')));
    if (!parsed.success || parsed.data.source !== checkpoint.digest) return false;
    return parsed.data.sha256 === (await hashFrom(path, HEADER_BYTES));
  } catch {
    return false;
  } finally {
    await file?.close();
  }
}

/**
 * Quantises a checkpoint's matrices into a file, complete or not there at all.
 * Rejects with `write_file`, or `model` where the checkpoint cannot be read.
 * @param onProgress Called with matrices done and all of them.
 */
export async function writeEightBitFile(
  path: string,
  checkpoint: Checkpoint,
  layout: EightBitLayout,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<void> {
  const partial = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(partial, 'wx');
    try {
      let done = 0;
      for (const [name, matrix] of layout.matrices) {
        await writeMatrix(file, checkpoint, name, matrix);
        onProgress(++done, layout.matrices.size);
      }
      await file.truncate(layout.size);
      const facts: z.input<typeof header> = {
        format: 'meaning-radar 8-bit weights 1',
        block: BLOCK,
        source: checkpoint.digest,
        sha256: await hashFrom(partial, HEADER_BYTES),
      };
      await file.write(JSON.stringify(facts).padEnd(HEADER_BYTES), 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    // What stopped the writing may stop this too, and says more.
    await rm(partial, { force: true }).catch(() => {});
    if (error instanceof KbError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new KbError('write_file', { values: { path, detail }, cause: error });
  }
}

async function writeMatrix(
  file: FileHandle,
  checkpoint: Checkpoint,
  name: string,
  { rows, width, codes, scales }: EightBitMatrix,
): Promise<void> {
  const place = checkpoint.tensors.get(name);
  if (!place) throw new Error(`The checkpoint has no tensor ${name}.`);
  const blocks = blocksOf(width);
  const chunk = Math.max(1, Math.floor(CHUNK_VALUES / width));
  for (let from = 0; from < rows; from += chunk) {
    const count = Math.min(chunk, rows - from);
    const values = await readTensorRows(place, from, from + count);
    const chunkCodes = new Uint8Array(count * blocks * BLOCK);
    const chunkScales = new Float32Array(count * blocks);
    quantizeRows(values, width, chunkCodes, chunkScales);
    await writeAt(file, chunkCodes, codes.offset + from * blocks * BLOCK);
    await writeAt(file, chunkScales, scales.offset + from * blocks * Float32Array.BYTES_PER_ELEMENT);
  }
}

async function writeAt(file: FileHandle, values: Uint8Array | Float32Array, position: number): Promise<void> {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

async function hashFrom(path: string, start: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { start, highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}
