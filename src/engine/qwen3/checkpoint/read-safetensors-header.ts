import { z } from 'zod';
import type { FoundFile } from './read-file.ts';
import { readPieces } from './read-tensor.ts';
import { quoted, unusable } from './unusable.ts';

/** A tensor as a file's header describes it; offsets count from the file's first byte. */
export interface HeaderEntry {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
}

/** The format's own limit on a header, in bytes. */
const HEADER_LIMIT = 100_000_000;

const count = z.int().nonnegative();
const entry = z.object({
  dtype: z.string(),
  shape: z.array(count).max(8),
  data_offsets: z.tuple([count, count]),
});
const header = z.record(z.string(), z.unknown());

/** Bits of a number of each type that the format knows, or undefined. */
const bits: ReadonlyMap<string, number> = new Map([
  ...['BOOL', 'U8', 'I8', 'F8_E4M3', 'F8_E5M2', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ'].map(
    (type): [string, number] => [type, 8],
  ),
  ...['U16', 'I16', 'F16', 'BF16'].map((type): [string, number] => [type, 16]),
  ...['U32', 'I32', 'F32'].map((type): [string, number] => [type, 32]),
  ...['U64', 'I64', 'F64', 'C64'].map((type): [string, number] => [type, 64]),
]);

/**
 * Reads and checks the header of a safetensors file: 8 bytes of length, then JSON.
 * As the format demands, the tensors cover the rest of the file without a hole, and each has the bytes of its shape.
 * Rejects with `model` otherwise.
 */
export async function readSafetensorsHeader(folder: string, file: FoundFile): Promise<HeaderEntry[]> {
  const { json, start } = await readHeaderJson(folder, file);
  const entries: HeaderEntry[] = [];
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') continue;
    const { data } = entry.safeParse(value);
    if (!data) throw unusable(folder, 'header_entry', { file: file.name, tensor: quoted(name) });
    const [from, to] = data.data_offsets;
    if (to < from) throw unusable(folder, 'reversed', { file: file.name, tensor: quoted(name) });
    entries.push({ name, type: data.dtype, shape: data.shape, offset: start + from, length: to - from });
  }
  checkLayout(folder, file, start, entries);
  for (const each of entries) checkLength(folder, file, each);
  return entries;
}

async function readHeaderJson(
  folder: string,
  file: FoundFile,
): Promise<{ json: Record<string, unknown>; start: number }> {
  const bytes = await readStart(folder, file);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { json: header.parse(JSON.parse(text)), start: 8 + bytes.length };
  } catch (error) {
    throw unusable(folder, 'header_json', { file: file.name }, error);
  }
}

async function readStart(folder: string, { name, path, size }: FoundFile): Promise<Buffer> {
  if (size < 8) throw unusable(folder, 'cut_short', { file: name, size });
  const [first] = await readPieces(path, [0], 8);
  const length = first?.readBigUInt64LE() ?? 0n;
  if (length > HEADER_LIMIT)
    throw unusable(folder, 'header_limit', { file: name, length: String(length), limit: HEADER_LIMIT });
  if (8 + Number(length) > size) throw unusable(folder, 'cut_short', { file: name, size });
  const [bytes = Buffer.alloc(0)] = await readPieces(path, [8], Number(length));
  return bytes;
}

function checkLayout(folder: string, file: FoundFile, start: number, entries: HeaderEntry[]): void {
  entries.sort((a, b) => a.offset - b.offset || a.length - b.length);
  let end = start;
  let before = '';
  for (const { name, offset, length } of entries) {
    const values = { file: file.name, tensor: quoted(name) };
    if (offset < end) throw unusable(folder, 'overlap', { ...values, other: quoted(before) });
    if (offset > end) throw unusable(folder, 'hole', { ...values, count: offset - end });
    end = offset + length;
    before = name;
    if (end > file.size) throw unusable(folder, 'beyond', { ...values, count: end - file.size });
  }
  if (end < file.size) throw unusable(folder, 'left_over', { file: file.name, count: file.size - end });
}

function checkLength(folder: string, file: FoundFile, { name, type, shape, length }: HeaderEntry): void {
  const width = bits.get(type);
  const values = { file: file.name, tensor: quoted(name), type: quoted(type) };
  if (width === undefined) throw unusable(folder, 'stored_as', values);
  const expected = shape.reduce((product, size) => product * size, width / 8);
  if (expected !== length)
    throw unusable(folder, 'shape_bytes', { ...values, length, shape: quoted(shape), expected });
}
