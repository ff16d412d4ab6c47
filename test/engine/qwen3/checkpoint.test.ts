import { cp, mkdir, readFile, realpath, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TensorPlace } from '../../../src/engine/qwen3/checkpoint/checkpoint.ts';
import { decodeValues } from '../../../src/engine/qwen3/checkpoint/decode-values.ts';
import { openCheckpoint } from '../../../src/engine/qwen3/checkpoint/open-checkpoint.ts';
import { readRows, readTensorRows } from '../../../src/engine/qwen3/checkpoint/read-tensor.ts';
import { editJson, editSafetensors, readSafetensors } from '../../support/qwen3/edit-safetensors.ts';
import { encodeValues } from '../../support/qwen3/encode-values.ts';
import { type FixtureVariant, fixtureVariants } from '../../support/qwen3/fixture-variants.ts';
import { tinyShape, writeRandomCheckpoint } from '../../support/qwen3/random-checkpoint.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function tensorOf(folder: string, name: string) {
  const place = (await openCheckpoint(folder)).tensors.get(name);
  if (!place) throw new Error(`no ${name}`);
  return place;
}

const wholeTensor = (place: TensorPlace) => readTensorRows(place, 0, place.shape[0] ?? 0);

describe('openCheckpoint', () => {
  it.each(Object.keys(fixtureVariants) as FixtureVariant[])('opens %s', async (name) => {
    const folder = await temporaryFolder();
    const shape = await writeRandomCheckpoint(folder, fixtureVariants[name]);
    const { config, tensors, digest } = await openCheckpoint(folder);
    expect(config).toEqual({
      layers: shape.layers,
      hidden: shape.hidden,
      heads: shape.heads,
      kvHeads: shape.kvHeads,
      headDim: shape.headDim,
      ffn: shape.ffn,
      vocabulary: shape.vocabulary,
      maxPositions: shape.maxPositions,
      rmsNormEps: 1e-6,
      ropeTheta: shape.ropeTheta,
      tied: shape.tied,
    });
    expect(tensors.size).toBe(2 + 11 * shape.layers + (shape.tied ? 0 : 1));
    expect(tensors.get('layers.0.self_attn.o_proj.weight')).toMatchObject({
      type: shape.type,
      shape: [shape.hidden, shape.heads * shape.headDim],
    });
    expect(new Set([...tensors.values()].map(({ file }) => file)).size).toBe(shape.shards);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('resolves links, as a download cache lays its files out', async () => {
    const folder = await realpath(await temporaryFolder());
    await writeRandomCheckpoint(join(folder, 'blobs'), {});
    await rename(join(folder, 'blobs/model.safetensors'), join(folder, 'blobs/0a1b2c'));
    await mkdir(join(folder, 'snapshot'));
    for (const name of ['config.json', 'tokenizer.json'])
      await symlink(join('../blobs', name), join(folder, 'snapshot', name));
    await symlink('../blobs/0a1b2c', join(folder, 'snapshot/model.safetensors'));
    await symlink('snapshot', join(folder, 'main'));
    const checkpoint = await openCheckpoint(join(folder, 'main'));
    expect(checkpoint.folder).toBe(join(folder, 'snapshot'));
    expect(checkpoint.tensors.get('norm.weight')?.file).toBe(join(folder, 'blobs/0a1b2c'));
  });

  it('reads the config as newer versions write it, and unknown fields', async () => {
    const folder = await temporaryFolder();
    await writeRandomCheckpoint(folder, {});
    await editJson(join(folder, 'config.json'), {
      architectures: ['Qwen3Model'],
      rope_theta: undefined,
      rope_scaling: undefined,
      rope_parameters: { rope_theta: 5000000, rope_type: 'default' },
      layer_types: ['full_attention', 'full_attention'],
      dtype: 'bfloat16',
      sliding_window: 4096,
      something_new: { a: 1 },
    });
    expect((await openCheckpoint(folder)).config.ropeTheta).toBe(5000000);
  });

  it('leaves the files of Sentence Transformers alone', async () => {
    const folder = await temporaryFolder();
    await writeRandomCheckpoint(folder, {});
    await writeFile(join(folder, 'modules.json'), 'not read');
    await mkdir(join(folder, '1_Pooling'));
    await writeFile(join(folder, '1_Pooling/config.json'), '{}');
    await expect(openCheckpoint(folder)).resolves.toMatchObject({ config: { layers: 2 } });
  });

  it('takes an output matrix or leaves it, as the config says', async () => {
    const folder = await temporaryFolder();
    await writeRandomCheckpoint(folder, { tied: false });
    expect((await openCheckpoint(folder)).tensors.has('lm_head.weight')).toBe(true);
    await editJson(join(folder, 'config.json'), { tie_word_embeddings: true });
    expect((await openCheckpoint(folder)).tensors.has('lm_head.weight')).toBe(false);
    await writeRandomCheckpoint(folder, { tied: true });
    await editJson(join(folder, 'config.json'), { tie_word_embeddings: false });
    expect((await openCheckpoint(folder)).tensors.has('lm_head.weight')).toBe(false);
  });

  it('has a digest that a copy shares, and no changed checkpoint', async () => {
    const folder = await temporaryFolder();
    const digest = async (name: string) => (await openCheckpoint(join(folder, name))).digest;
    await writeRandomCheckpoint(join(folder, 'first'), {});
    const copies = ['copy', 'config', 'weights', 'tokenizer', 'names'];
    for (const name of copies) await cp(join(folder, 'first'), join(folder, name), { recursive: true });
    await editJson(join(folder, 'config/config.json'), { rope_theta: 10000 });
    await editJson(join(folder, 'tokenizer/tokenizer.json'), { version: '2' });
    await editSafetensors(join(folder, 'weights/model.safetensors'), ({ header, data }) => {
      const end = header['layers.1.mlp.up_proj.weight']?.data_offsets[1] ?? 0;
      data[end - 2] = (data[end - 2] ?? 0) ^ 1;
    });
    await writeRandomCheckpoint(join(folder, 'names'), { seed: 2 });
    const first = await digest('first');
    expect(await digest('copy')).toBe(first);
    const all = await Promise.all(['first', 'config', 'weights', 'tokenizer', 'names'].map(digest));
    expect(new Set(all).size).toBe(5);
  });
});

describe('reading weights', () => {
  it('reads whole tensors, ranges and single rows to the same values', async () => {
    const folder = await temporaryFolder();
    await writeRandomCheckpoint(folder, { type: 'F32' });
    const { data, header } = await readSafetensors(join(folder, 'model.safetensors'));
    const [from = 0, to = 0] = header['embed_tokens.weight']?.data_offsets ?? [];
    const expected = new Float32Array(new Uint8Array(data.subarray(from, to)).buffer);
    const place = await tensorOf(folder, 'embed_tokens.weight');
    const whole = await wholeTensor(place);
    expect(whole).toEqual(expected);
    expect(await readTensorRows(place, 7, 9)).toEqual(whole.subarray(7 * 48, 9 * 48));
    expect(await readTensorRows(place, 1526, 1526)).toHaveLength(0);
    expect(await readRows(place, [1525, 0, 1525])).toEqual(
      Float32Array.from([1525, 0, 1525].flatMap((row) => [...whole.subarray(row * 48, (row + 1) * 48)])),
    );
    expect(await readRows(place, [])).toHaveLength(0);
    for (const rows of [[1526], [-1], [0.5]]) await expect(readRows(place, rows)).rejects.toThrow(RangeError);
  });

  it('reads tensors larger than what is read at once', async () => {
    const folder = await temporaryFolder();
    await writeRandomCheckpoint(folder, { hidden: 1024, layers: 1, vocabulary: 1600, type: 'F32' });
    const place = await tensorOf(folder, 'embed_tokens.weight');
    expect(place.length).toBeGreaterThan(4 * 1024 * 1024);
    const whole = await wholeTensor(place);
    expect(await readTensorRows(place, 1590, 1600)).toEqual(whole.subarray(1590 * 1024));
    expect(await readTensorRows(place, 1020, 1030)).toEqual(whole.subarray(1020 * 1024, 1030 * 1024));
  });

  it.each(['BF16', 'F16'] as const)('decodes every %s number', (type) => {
    const bytes = Buffer.from(Uint16Array.from({ length: 65536 }, (_, half) => half).buffer);
    const values = new Float32Array(65536);
    decodeValues(bytes, type, values);
    const one = type === 'BF16' ? 0x3f80 : 0x3c00;
    expect([values[0], values[one], values[one | 0x8000]]).toEqual([0, 1, -1]);
    expect(values[0x8000]).toBe(-0);
    const smallest = type === 'BF16' ? 2 ** -133 : 2 ** -24;
    expect([values[1], values[2], values[3]]).toEqual([smallest, 2 * smallest, 3 * smallest]);
    const infinity = type === 'BF16' ? 0x7f80 : 0x7c00;
    expect(values[infinity]).toBe(Number.POSITIVE_INFINITY);
    expect(values[infinity + 1]).toBeNaN();
    // Rising through all positive numbers, and back to the same bits.
    for (let half = 1; half <= infinity; half += 1)
      expect((values[half] ?? 0) > (values[half - 1] ?? 0)).toBe(true);
    expect(encodeValues(values.subarray(0, infinity), type)).toEqual(bytes.subarray(0, infinity * 2));
  });

  it('says so where a file was cut after it was opened', async () => {
    const folder = await temporaryFolder();
    await writeRandomCheckpoint(folder, {});
    const place = await tensorOf(folder, 'norm.weight');
    await writeFile(place.file, (await readFile(place.file)).subarray(0, -2));
    await expect(wholeTensor(place)).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining('model.safetensors is cut short'),
    });
  });
});

describe('writeRandomCheckpoint', () => {
  it('writes the same bytes for the same options, and others for another seed', async () => {
    const folder = await temporaryFolder();
    const weights = async (name: string, options: Partial<typeof tinyShape>) => {
      await writeRandomCheckpoint(join(folder, name), options);
      return readFile(join(folder, name, 'model.safetensors'));
    };
    const first = await weights('a', {});
    expect(first.equals(await weights('b', { seed: tinyShape.seed }))).toBe(true);
    expect(first.equals(await weights('c', { seed: 9 }))).toBe(false);
  });

  it('draws rows that differ, of the deviation that keeps activations alive', async () => {
    const folder = await temporaryFolder();
    await writeRandomCheckpoint(folder, {});
    const values = await wholeTensor(await tensorOf(folder, 'layers.0.mlp.gate_proj.weight'));
    const rows = Array.from({ length: 96 }, (_, row) => values.subarray(row * 48, (row + 1) * 48).join());
    expect(new Set(rows).size).toBe(96);
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.sqrt(square * 48)).toBeGreaterThan(0.8);
    expect(Math.sqrt(square * 48)).toBeLessThan(1.4);
  });
});
