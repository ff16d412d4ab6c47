import { open } from 'node:fs/promises';
import type { WeightType } from '../../../src/engine/qwen3/checkpoint/checkpoint.ts';
import { bytesPerValue, encodeValues } from './encode-values.ts';
import { normalValues, seededIntegers } from './noise.ts';
import type { RandomTensor } from './tensor-list.ts';

export function tensorBytes(tensor: RandomTensor, type: WeightType): number {
  return tensor.shape.reduce((product, size) => product * size, bytesPerValue[type]);
}

/** A file's first bytes: the length of the header, and the header, padded to a multiple of eight. */
export function safetensorsHeader(tensors: readonly RandomTensor[], type: WeightType): Buffer {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const tensor of tensors) {
    const end = offset + tensorBytes(tensor, type);
    header[tensor.name] = { dtype: type, shape: tensor.shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const bytes = Buffer.alloc(8 + padded, ' ');
  bytes.writeBigUInt64LE(BigInt(padded));
  json.copy(bytes, 8);
  return bytes;
}

/** Writes one file of random tensors, a few megabytes at a time. */
export async function writeSafetensors(
  file: string,
  tensors: readonly RandomTensor[],
  type: WeightType,
  noise: NoiseBlocks,
): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.write(safetensorsHeader(tensors, type));
    for (const tensor of tensors) {
      for (const chunk of noise.rows(tensor)) await handle.write(chunk);
    }
  } finally {
    await handle.close();
  }
}

/**
 * Random rows at the speed of a copy. A ring of encoded noise is kept for each of eight scales; a row starts at a place
 * of the ring, and no two rows of a tensor start at the same one.
 */
export class NoiseBlocks {
  private readonly values: Float64Array;
  private readonly type: WeightType;
  private readonly widest: number;
  private readonly next: () => number;
  private readonly rings = new Map<string, Buffer>();

  constructor(tensors: readonly RandomTensor[], type: WeightType, seed: number) {
    const most = Math.max(...tensors.map(({ shape }) => shape[0] ?? 1));
    this.values = normalValues(2 ** Math.max(14, Math.ceil(Math.log2(most))), seed);
    this.type = type;
    this.widest = Math.max(...tensors.map(({ shape }) => shape.at(-1) ?? 1));
    this.next = seededIntegers(seed ^ 0x5bd1e995);
  }

  *rows(tensor: RandomTensor): Generator<Buffer> {
    const columns = tensor.shape.at(-1) ?? 1;
    const count = tensor.shape.length === 1 ? 1 : (tensor.shape[0] ?? 1);
    const width = columns * bytesPerValue[this.type];
    // An odd step visits every place of the ring, whose size is a power of two, before it comes back.
    const step = this.next() | 1;
    let start = this.next();
    const perChunk = Math.max(1, Math.floor(CHUNK / width));
    for (let first = 0; first < count; first += perChunk) {
      const rows = Math.min(perChunk, count - first);
      const chunk = Buffer.allocUnsafe(rows * width);
      for (let row = 0; row < rows; row += 1) {
        start = (start + step) >>> 0;
        const ring = this.ring(tensor.mean, tensor.deviation, tensor.shape.length === 1 ? 3 : start >>> 29);
        const from = (start & (this.values.length - 1)) * bytesPerValue[this.type];
        ring.copy(chunk, row * width, from, from + width);
      }
      yield chunk;
    }
  }

  /** Scales 0.625, 0.75, …, 1.5 of the deviation, so that a matrix has small and large rows. */
  private ring(mean: number, deviation: number, scale: number): Buffer {
    const key = `${mean} ${deviation} ${scale}`;
    let ring = this.rings.get(key);
    if (ring === undefined) {
      const spread = deviation * (0.625 + scale * 0.125);
      const size = this.values.length;
      const values = new Float32Array(size + this.widest);
      for (let i = 0; i < values.length; i += 1) values[i] = mean + spread * (this.values[i % size] ?? 0);
      ring = encodeValues(values, this.type);
      this.rings.set(key, ring);
    }
    return ring;
  }
}

const CHUNK = 4 * 1024 * 1024;
