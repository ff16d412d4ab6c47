import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../src/engine/qwen3/checkpoint/open-checkpoint.ts';
import { openQwen3Embedder, type Qwen3EmbedderOptions } from '../../../src/engine/qwen3/qwen3-embedder.ts';
import { writeRandomCheckpoint } from '../../support/qwen3/random-checkpoint.ts';
import { cosine, embedderContract } from '../embedder.contract.ts';

let root: string;
let folder: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'qwen3-embedder-'));
  folder = join(root, 'checkpoint');
  await writeRandomCheckpoint(folder, { maxPositions: 512 });
});
afterAll(() => rm(root, { recursive: true }));

const open = (options: Partial<Qwen3EmbedderOptions> = {}) =>
  openQwen3Embedder({
    name: 'Qwen/Tiny',
    folder,
    cacheFolder: join(root, 'cache'),
    device: 'cpu',
    precision: 'fp32',
    threads: 1,
    ...options,
  });

for (const precision of ['fp32', 'int8'] as const) {
  embedderContract(`qwen3 in ${precision}`, () => open({ precision }), {
    overlong: '差旅报销需要发票 receipts. '.repeat(200),
    queriesDiffer: true,
  });
}

describe('a Qwen3 embedder', () => {
  it('says what it runs on', async () => {
    const embedder = await open({ device: 'auto', precision: 'auto' });
    expect(embedder).toMatchObject({
      model: 'Qwen/Tiny',
      dimensions: 48,
      facts: { device: 'cpu', precision: 'int8', passedOver: [] },
    });
    await embedder.close();
  });

  it('cuts first and normalises then', async () => {
    const [whole, cut] = [await open(), await open({ dimensions: 32 })];
    const texts = ['年假有几天', 'How many days?'];
    const [long, short] = [await whole.embedLines(texts), await cut.embedLines(texts)];
    long.vectors.forEach((vector, i) => {
      const first = vector.slice(0, 32);
      const length = Math.hypot(...first);
      expect(
        cosine(
          short.vectors[i],
          first.map((value) => value / length),
        ),
      ).toBeCloseTo(1, 6);
      expect(Math.hypot(...(short.vectors[i] ?? []))).toBeCloseTo(1, 5);
    });
    expect(cut.fingerprint).not.toBe(whole.fingerprint);
    await Promise.all([whole.close(), cut.close()]);
  });

  it.each([31, 49])('refuses %i dimensions', async (dimensions) => {
    await expect(open({ dimensions })).rejects.toMatchObject({
      code: 'model',
      message: expect.stringMatching(/48 values; set KB_DIMENSIONS to a number from 32 to 48/),
    });
  });

  it.each(['fp16', 'bf16'] as const)('says that the CPU does not compute %s', async (precision) => {
    await expect(open({ precision })).rejects.toMatchObject({
      code: 'model',
      message: `The model Qwen/Tiny cannot be used: the cpu cannot compute it in ${precision}; set KB_PRECISION to auto or one of int8, fp32.`,
    });
  });

  it('answers a recent question from memory, and the caller cannot spoil it', async () => {
    const embedder = await open();
    const [first] = (await embedder.embedQueries(['年假'])).vectors;
    const kept = first?.slice();
    first?.fill(9);
    const again = await embedder.embedQueries(['年假', '病假', '年假']);
    expect(again.vectors[0]).toEqual(kept);
    expect(again.vectors[2]).toEqual(kept);
    expect(again.vectors[1]).not.toEqual(kept);
    expect((await embedder.embedLines(['年假'])).vectors[0]).not.toEqual(kept);
    await embedder.close();
  });

  it('answers what it knows even where others push it out of memory meanwhile', async () => {
    const embedder = await open();
    await embedder.embedQueries(['年假']);
    const flood = Array.from({ length: 1100 }, (_, i) => `${i}`);
    const flooding = embedder.embedQueries(flood);
    const both = await embedder.embedQueries(['年假', '一个新的问题']);
    expect(both.vectors).toHaveLength(2);
    expect((await flooding).vectors).toHaveLength(flood.length);
    await embedder.close();
  });

  it('answers a question while lines are being embedded, after one batch and not after all', async () => {
    const embedder = await open();
    const lines = Array.from({ length: 400 }, (_, i) => `第 ${i} 行：差旅报销需要在行程结束后三十天内提交。`);
    let imported = false;
    const importing = embedder.embedLines(lines, { priority: 'import' }).then(() => {
      imported = true;
    });
    for (const question of ['年假有几天', 'VPN 怎么连']) {
      await embedder.embedQueries([question]);
      expect(imported).toBe(false);
    }
    await importing;
    await embedder.close();
  });

  it('reads the task sentence, and the fingerprint of the lines stays', async () => {
    const [usual, other] = [await open(), await open({ task: 'Find the FAQ line' })];
    const question = ['年假有几天'];
    expect(
      cosine(
        (await usual.embedQueries(question)).vectors[0],
        (await other.embedQueries(question)).vectors[0],
      ),
    ).toBeLessThan(0.999);
    expect((await other.embedLines(question)).vectors).toEqual((await usual.embedLines(question)).vectors);
    expect(other.fingerprint).toBe(usual.fingerprint);
    await Promise.all([usual.close(), other.close()]);
  });

  it('has another fingerprint for other weights and another precision', async () => {
    const otherFolder = join(root, 'other');
    await writeRandomCheckpoint(otherFolder, { seed: 2, maxPositions: 512 });
    const embedders = [await open(), await open({ precision: 'int8' }), await open({ folder: otherFolder })];
    expect(new Set(embedders.map(({ fingerprint }) => fingerprint)).size).toBe(3);
    await Promise.all(embedders.map((embedder) => embedder.close()));
  });

  it('never gives what is no number', async () => {
    const damaged = join(root, 'damaged');
    await writeRandomCheckpoint(damaged, { maxPositions: 512 });
    const { tensors } = await openCheckpoint(damaged);
    const place = tensors.get('layers.1.mlp.down_proj.weight');
    const bytes = await readFile(place?.file ?? '');
    // A bfloat16 NaN in the middle of one matrix.
    bytes.writeUInt16LE(0x7fc0, (place?.offset ?? 0) + 200);
    await writeFile(place?.file ?? '', bytes);
    for (const precision of ['fp32', 'int8'] as const) {
      await expect(open({ folder: damaged, precision })).rejects.toMatchObject({
        code: 'model',
        message: expect.stringMatching(/not numbers; its weights are damaged/),
      });
    }
  });
});

describe('the 8-bit weights', () => {
  const cacheFolder = () => join(root, 'cache-of-its-own');
  const eightBit = () => open({ precision: 'int8', cacheFolder: cacheFolder() });
  const vector = async () => {
    const embedder = await eightBit();
    const { vectors } = await embedder.embedLines(['员工转正后每年享有十天带薪年假']);
    await embedder.close();
    return vectors[0];
  };
  const cached = async () => {
    const [name = '', ...others] = await readdir(cacheFolder());
    expect(others).toEqual([]);
    return join(cacheFolder(), name);
  };

  it('are made once, and again where the file is cut short, changed or of another kind', async () => {
    const first = await vector();
    const file = await cached();
    const { mtimeMs } = await stat(file);
    expect(await vector()).toEqual(first);
    expect((await stat(file)).mtimeMs).toBe(mtimeMs);

    await truncate(file, 5000);
    expect(await vector()).toEqual(first);

    const bytes = await readFile(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 255;
    await writeFile(file, bytes);
    expect(await vector()).toEqual(first);

    await writeFile(file, '{"format":"something else"}');
    expect(await vector()).toEqual(first);
    expect((await readFile(file)).length).toBe(bytes.length);
  });

  it('are made by several at once without harm', async () => {
    await rm(cacheFolder(), { recursive: true, force: true });
    const vectors = await Promise.all([vector(), vector(), vector()]);
    expect(vectors[1]).toEqual(vectors[0]);
    expect(vectors[2]).toEqual(vectors[0]);
    await cached();
  });

  it('are refused with a sentence where they cannot be written', async () => {
    const file = join(root, 'a-file');
    await writeFile(file, '');
    await expect(open({ precision: 'int8', cacheFolder: join(file, 'below') })).rejects.toMatchObject({
      code: 'write_file',
    });
  });
});
