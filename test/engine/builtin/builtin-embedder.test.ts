import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBuiltinEmbedder } from '../../../src/engine/builtin/builtin-embedder.ts';
import { BuiltinModel } from '../../../src/engine/builtin/builtin-model.ts';
import { readManifest } from '../../../src/engine/builtin/manifest.ts';
import { readVocabulary } from '../../../src/engine/builtin/vocabulary.ts';

const shipped = fileURLToPath(new URL('../../../models/builtin', import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'builtin-model-'));
  await cp(shipped, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

/** Loads the model in this thread, which is quicker than a worker; one test shows the worker's way. */
const load = async () => {
  const manifest = await readManifest(folder);
  return BuiltinModel.load({ folder, manifest, vocabulary: await readVocabulary(folder, manifest) });
};

async function change(edit: (manifest: Record<string, unknown>) => void): Promise<void> {
  const path = join(folder, 'model.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  edit(manifest);
  await writeFile(path, JSON.stringify(manifest));
}

describe('the files of the builtin model', () => {
  it.each(['model.json', 'model.onnx', 'tokenizer.json', 'simplify.json'])('must have %s', async (file) => {
    await rm(join(folder, file));
    await expect(load()).rejects.toThrow(file);
  });

  it.each(['model.onnx', 'tokenizer.json', 'simplify.json'])('must have the whole %s', async (file) => {
    await truncate(join(folder, file), 1000);
    await expect(load()).rejects.toThrow(`${file} is damaged`);
  });

  it('must have weights without a single changed byte, or the embedder is not opened', async () => {
    const path = join(folder, 'model.onnx');
    const bytes = await readFile(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await expect(openBuiltinEmbedder({ folder })).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining('model.onnx is damaged'),
    });
  });

  it('must be of the kind that is read here, whatever the checksums say', async () => {
    const path = join(folder, 'tokenizer.json');
    const tokenizer = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...tokenizer, normalizer: { type: 'NFD' } }));
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    await change((manifest) => Object.assign(manifest.sha256 as object, { 'tokenizer.json': sha256 }));
    await expect(load()).rejects.toMatchObject({
      code: 'model',
      message: expect.stringMatching(/tokenizer\.json: normalizer: /),
    });
  });

  it.each<[string, (manifest: Record<string, unknown>) => void]>([
    ['dimensions', (manifest) => delete manifest.dimensions],
    ['normalization', (manifest) => Object.assign(manifest, { normalization: { version: 2 } })],
  ])('must have a model.json whose %s this version understands', async (field, edit) => {
    await change(edit);
    await expect(load()).rejects.toMatchObject({ code: 'model', message: expect.stringContaining(field) });
  });
});

describe('the builtin embedder', () => {
  it('has another fingerprint for another version of the model', async () => {
    const [first, other] = [
      await openBuiltinEmbedder(),
      await change(bump).then(() => openBuiltinEmbedder({ folder })),
    ];
    expect(first.fingerprint).toMatch(/^builtin-[0-9a-f]{12}$/);
    expect(other.fingerprint).not.toBe(first.fingerprint);
    await Promise.all([first.close(), other.close()]);
  });

  it('lets the event loop go on while a large import is embedded', async () => {
    const embedder = await openBuiltinEmbedder();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const lines = Array.from(
      { length: 2048 },
      (_, i) => `第 ${i} 条：差旅报销需要在行程结束后三十天内提交。`,
    );
    await embedder.embedLines(lines, { priority: 'import' });
    clearInterval(timer);
    await embedder.close();
    expect(ticks).toBeGreaterThan(10);
  });
});

const bump = (manifest: Record<string, unknown>) => Object.assign(manifest, { version: 'another' });
