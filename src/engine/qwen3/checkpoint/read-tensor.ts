import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { TensorPlace, WeightType } from './checkpoint.ts';
import { decodeValues } from './decode-values.ts';
import { reasonOf } from './read-file.ts';
import { unusable } from './unusable.ts';

const bytesPerValue: Readonly<Record<WeightType, number>> = { BF16: 2, F16: 2, F32: 4 };

/** Bytes read at once; besides the result, a reader holds no more. */
const CHUNK = 4 * 1024 * 1024;

/**
 * Rows `from` (inclusive) to `to` (exclusive) of a matrix in fp32, for weights that are worked on piece by piece.
 * Rejects with `model` where the file cannot be read, or became shorter.
 */
export async function readTensorRows(place: TensorPlace, from: number, to: number): Promise<Float32Array> {
  return readValues(place, [rowSpan(place, from, to)]);
}

/** Some rows of a matrix in fp32, one after the other in the order given. */
export async function readRows(place: TensorPlace, rows: readonly number[]): Promise<Float32Array> {
  return readValues(
    place,
    rows.map((row) => rowSpan(place, row, row + 1)),
  );
}

/** Pieces of one size from a file. Rejects with `model` where the file cannot be read or is too short. */
export function readPieces(file: string, starts: readonly number[], size: number): Promise<Buffer[]> {
  return withFile(file, async (handle) => {
    const pieces: Buffer[] = [];
    for (const start of starts) {
      const piece = Buffer.alloc(size);
      await fill(file, handle, piece, start);
      pieces.push(piece);
    }
    return pieces;
  });
}

/** First value and number of values. */
type Span = readonly [start: number, count: number];

function rowSpan({ shape }: TensorPlace, from: number, to: number): Span {
  const [rows = 0, columns = 1] = shape;
  const within = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= rows;
  if (!within) throw new RangeError(`rows ${from} to ${to} of ${rows}`);
  return [from * columns, (to - from) * columns];
}

function readValues(place: TensorPlace, spans: readonly Span[]): Promise<Float32Array> {
  const width = bytesPerValue[place.type];
  const values = new Float32Array(spans.reduce((sum, [, count]) => sum + count, 0));
  const longest = spans.reduce((most, [, count]) => Math.max(most, count * width), 0);
  return withFile(place.file, async (handle) => {
    const buffer = Buffer.from(new ArrayBuffer(Math.min(CHUNK, longest)));
    let done = 0;
    for (const [start, count] of spans) {
      for (let at = 0; at < count; ) {
        const chunk = buffer.subarray(0, Math.min(CHUNK, (count - at) * width));
        await fill(place.file, handle, chunk, place.offset + (start + at) * width);
        const part = chunk.length / width;
        decodeValues(chunk, place.type, values.subarray(done, done + part));
        done += part;
        at += part;
      }
    }
    return values;
  });
}

async function withFile<T>(file: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    return await work(handle);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw unusable(file, 'unreadable', { file: basename(file), reason: reasonOf(error) }, error);
  } finally {
    await handle?.close();
  }
}

async function fill(file: string, handle: FileHandle, buffer: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < buffer.length) {
    const { bytesRead } = await handle.read(buffer, done, buffer.length - done, position + done);
    if (bytesRead === 0) {
      const { size } = await handle.stat();
      throw unusable(file, 'cut_short', { file: basename(file), size });
    }
    done += bytesRead;
  }
}
