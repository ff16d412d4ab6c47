import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ensureModel } from '../../src/hub/ensure-model.ts';
import { type ResolveOptions, resolveModel } from '../../src/hub/resolve-model.ts';
import { createSource } from '../../src/hub/source/create-source.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { MODEL, shardedModel, smallModel } from './support/fake-model.ts';
import { failureOf, hubConfig, pullStage } from './support/pull-setup.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

async function options(more: Partial<ResolveOptions> = {}): Promise<ResolveOptions> {
  return { home: await temporaryFolder(), userHome: await temporaryFolder(), ...more };
}

async function checkpoint(folder: string, files: readonly string[] = ['config.json']): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const file of files) await writeFile(join(folder, file), '{}');
  return folder;
}

/** A model in a cache as Hugging Face's own tools leave it: links from the snapshot into the blobs. */
async function cached(cache: string, files: readonly string[]): Promise<string> {
  const repository = join(cache, 'models--Qwen--Qwen3-Embedding-0.6B');
  const snapshot = join(repository, 'snapshots', COMMIT);
  await mkdir(join(repository, 'refs'), { recursive: true });
  await mkdir(join(repository, 'blobs'));
  await mkdir(snapshot, { recursive: true });
  await writeFile(join(repository, 'refs', 'main'), `${COMMIT}\n`);
  for (const [index, file] of files.entries()) {
    await writeFile(join(repository, 'blobs', String(index)), '{}');
    await symlink(join('..', '..', 'blobs', String(index)), join(snapshot, file));
  }
  return snapshot;
}

const WHOLE = ['config.json', 'tokenizer.json', 'model.safetensors'];

describe('resolveModel', () => {
  it('takes a folder with a checkpoint, however its path is written', async () => {
    const where = await options();
    const folder = await checkpoint(join(where.userHome ?? '', 'my-model'));
    const found = { folder, name: 'my-model' };
    expect(await resolveModel(folder, where)).toEqual(found);
    expect(await resolveModel('~/my-model', where)).toEqual(found);
    const path = relative(process.cwd(), folder);
    expect(path.startsWith('..')).toBe(true);
    expect(await resolveModel(path, where)).toEqual(found);
  });

  it('takes a relative folder that looks like an id, where it has a checkpoint', async () => {
    const before = process.cwd();
    process.chdir(await temporaryFolder());
    onTestFinished(() => process.chdir(before));
    const where = await options();
    await checkpoint(join(process.cwd(), 'owner', 'name'));
    await mkdir(join(process.cwd(), 'owner', 'empty'));
    expect(await resolveModel('owner/name', where)).toEqual({
      folder: join(process.cwd(), 'owner/name'),
      name: 'name',
    });
    expect((await resolveModel('./owner/name', where)).name).toBe('name');
    expect((await failureOf(resolveModel('owner/empty', where))).code).toBe('model_missing');
  });

  it('takes a pulled model by its id or its folder', async () => {
    const { home, pull } = await pullStage();
    await pull();
    const found = { folder: join(home, MODEL), name: MODEL };
    expect(await resolveModel(` ${MODEL} `, await options({ home }))).toEqual(found);
    expect(await resolveModel(found.folder, await options({ home }))).toEqual(found);
  });

  it('says what a pulled model lacks', async () => {
    const { home, pull } = await pullStage();
    await pull();
    await rm(join(home, MODEL, 'model.safetensors'));
    const error = await failureOf(resolveModel(MODEL, await options({ home })));
    expect(error.message).toBe(
      `The model ${MODEL} is not whole (model.safetensors); \`kb model pull ${MODEL}\` mends it.`,
    );
  });

  it.each([
    ['the usual place', '.cache/huggingface/hub', {}],
    ['HF_HOME', 'hf/hub', { HF_HOME: 'hf' }],
    ['HF_HUB_CACHE', 'c', { HF_HUB_CACHE: 'c', HF_HOME: 'none' }],
  ])('finds what Hugging Face’s own tools have fetched, in %s', async (_, cache, settings) => {
    const where = await options();
    const own = where.userHome ?? '';
    const places = Object.entries(settings).map(([name, folder]) => [name, join(own, folder)]);
    const folder = await cached(join(own, cache), WHOLE);
    expect(await resolveModel(MODEL, { ...where, ...Object.fromEntries(places) })).toEqual({
      folder,
      name: MODEL,
    });
    expect(await resolveModel(folder, where)).toEqual({ folder, name: MODEL });
  });

  it('does not take a snapshot that is not whole', async () => {
    for (const missing of WHOLE) {
      const where = await options();
      const files = WHOLE.filter((file) => file !== missing);
      await cached(join(where.userHome ?? '', '.cache', 'huggingface', 'hub'), files);
      expect((await failureOf(resolveModel(MODEL, where))).code).toBe('model_missing');
    }
  });

  it('looks at the shards of a snapshot too', async () => {
    const where = await options();
    const shard = 'model-00001-of-00001.safetensors';
    const files = ['config.json', 'tokenizer.json', 'model.safetensors.index.json'];
    const snapshot = await cached(join(where.userHome ?? '', '.cache', 'huggingface', 'hub'), files);
    await writeFile(
      join(snapshot, 'model.safetensors.index.json'),
      JSON.stringify({ weight_map: { a: shard } }),
    );
    expect((await failureOf(resolveModel(MODEL, where))).code).toBe('model_missing');
    await writeFile(join(snapshot, shard), '');
    expect((await resolveModel(MODEL, where)).folder).toBe(snapshot);
  });

  it.each([
    ['builtin-2', 'a model’s id'],
    ['Qwen', 'a model’s id'],
    ['a/b/c', 'a model’s id'],
    ['https://huggingface.co/Qwen/Qwen3-Embedding-0.6B', 'a model’s id'],
    ['./none', 'no such folder'],
    ['/none/at/all', 'no such folder'],
  ])('says of %s what is allowed', async (setting, words) => {
    const error = await failureOf(resolveModel(setting, await options()));
    expect(error.code).toBe('model');
    expect(error.message).toContain(words);
  });

  it('says of a folder without a checkpoint what it lacks', async () => {
    const error = await failureOf(resolveModel(await temporaryFolder(), await options()));
    expect(error.message).toContain('the folder has no config.json');
  });
});

describe('a model that is missing', () => {
  it('is told with the size that the hub gives and the command, in both languages', async () => {
    const { hub, home } = await pullStage({ 'team/custom': smallModel() });
    const source = createSource('huggingface', hubConfig(hub.url));
    const error = await failureOf(resolveModel('team/custom', await options({ home, source })));
    expect(error.code).toBe('model_missing');
    expect(error.message).toBe(
      'The model team/custom is not on this machine yet (305 kB); `kb model pull team/custom` fetches it.',
    );
    expect(error.sentence('zh')).toBe(
      '本机还没有模型 team/custom（305 kB），请用 `kb model pull team/custom` 下载。',
    );
  });

  it('counts the shards', async () => {
    const { hub, home } = await pullStage({ 'team/custom': shardedModel() });
    const source = createSource('modelscope', hubConfig(hub.url));
    expect((await failureOf(resolveModel('team/custom', await options({ home, source })))).message).toMatch(
      /\(2\d\d kB\)/,
    );
  });

  it('has the size that is known where the hub is silent or not there, and none for others', async () => {
    const { hub, home } = await pullStage();
    const silent = createSource('huggingface', hubConfig(hub.url));
    const gone = createSource('huggingface', hubConfig('http://127.0.0.1:9'));
    for (const source of [silent, gone]) {
      hub.listFaults.push({ kind: 'stall', after: 0 });
      const where = await options({ home, source, sizeTimeoutMs: 50 });
      expect((await failureOf(resolveModel('Qwen/Qwen3-Embedding-4B', where))).message).toContain(
        '(8.05 GB)',
      );
    }
    const where = await options({ home, source: gone });
    expect((await failureOf(resolveModel('team/custom', where))).message).toContain('on this machine yet;');
  });
});

describe('ensureModel', () => {
  it('pulls what is missing or damaged where it may, and nothing otherwise', async () => {
    const { hub, home, deps } = await pullStage();
    const source = createSource('huggingface', hubConfig(hub.url));
    const where = { ...(await options({ home })), source, pull: { deps } };
    expect((await failureOf(ensureModel(MODEL, { ...where, yes: false }))).code).toBe('model_missing');
    expect((await failureOf(ensureModel('nothing', { ...where, yes: true }))).code).toBe('model');
    expect(hub.fetches('config.json')).toEqual([]);

    const found = { folder: join(home, MODEL), name: MODEL };
    expect(await ensureModel(MODEL, { ...where, yes: true })).toEqual(found);
    const requests = hub.requests.length;
    expect(await ensureModel(MODEL, { ...where, yes: true })).toEqual(found);
    expect(hub.requests).toHaveLength(requests);

    await rm(join(home, MODEL, 'tokenizer.json'));
    expect((await failureOf(ensureModel(MODEL, { ...where, yes: false }))).code).toBe('model_incomplete');
    expect(await ensureModel(MODEL, { ...where, yes: true })).toEqual(found);
  });
});
