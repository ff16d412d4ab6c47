import { readFile, writeFile } from 'node:fs/promises';

export interface HeaderTensor {
  dtype: string;
  shape: number[];
  data_offsets: number[];
}

/** A header as a test changes it; what is added may be of any form. */
export type Header = Record<string, HeaderTensor>;

export interface SafetensorsParts {
  header: Header;
  data: Buffer;
}

/** A file's two parts. */
export async function readSafetensors(file: string): Promise<SafetensorsParts> {
  const bytes = await readFile(file);
  const end = 8 + Number(bytes.readBigUInt64LE());
  return { header: JSON.parse(bytes.toString('utf8', 8, end)), data: bytes.subarray(end) };
}

/** Changes a file's header or data, and writes it again. */
export async function editSafetensors(file: string, edit: (parts: SafetensorsParts) => void): Promise<void> {
  const parts = await readSafetensors(file);
  edit(parts);
  await writeFile(file, Buffer.concat([headerBytes(JSON.stringify(parts.header)), parts.data]));
}

/** A header's text behind its length. */
export function headerBytes(text: string, length: bigint = BigInt(Buffer.byteLength(text))): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(length);
  return Buffer.concat([bytes, Buffer.from(text)]);
}

/** Changes fields of a JSON file; `undefined` takes a field away. */
export async function editJson(file: string, fields: Record<string, unknown>): Promise<void> {
  const json: Record<string, unknown> = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...json, ...fields }));
}
