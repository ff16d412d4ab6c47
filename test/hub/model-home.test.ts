import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listModels } from '../../src/hub/home/list-models.ts';
import { modelPlaces } from '../../src/hub/home/model-home.ts';
import { takePullLock } from '../../src/hub/home/pull-lock.ts';
import { removeModel } from '../../src/hub/home/remove-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { MODEL, smallModel, WEIGHTS } from './support/fake-model.ts';
import { failureOf, type PullStage, pullStage } from './support/pull-setup.ts';

const FILE = 'model.safetensors';

async function stopped(): Promise<PullStage> {
  const stage = await pullStage();
  stage.hub.faults.set(
    FILE,
    Array.from({ length: 6 }, () => ({ kind: 'drop', after: 1_000 })),
  );
  await failureOf(stage.pull());
  return stage;
}

describe('listModels', () => {
  it('knows nothing of a home that is not there, and does not make it', async () => {
    const home = join(await temporaryFolder(), 'none');
    expect(await listModels(home)).toEqual({ models: [], unfinished: [] });
    expect(await readdir(dirname(home))).toEqual([]);
  });

  it('lists whole models and looks into nothing else', async () => {
    const { home, pull } = await pullStage();
    await pull();
    await mkdir(join(home, 'builtin', 'folder'), { recursive: true });
    await writeFile(join(home, 'builtin', 'model.bin'), '');
    await symlink(join(home, 'Qwen'), join(home, 'linked'));
    const { models, unfinished } = await listModels(home);
    expect(unfinished).toEqual([]);
    expect(models).toMatchObject([{ record: { id: MODEL }, folder: join(home, MODEL), missing: [] }]);
    expect(models[0]?.bytes).toBeGreaterThan(WEIGHTS.length);
  });

  it('tells what is missing of a model', async () => {
    const { home, pull } = await pullStage();
    await pull();
    await rm(join(home, MODEL, 'tokenizer.json'));
    await writeFile(join(home, MODEL, FILE), 'short');
    expect((await listModels(home)).models[0]?.missing).toEqual(['tokenizer.json', FILE]);
  });

  it('tells an unfinished pull, and whether it is running', async () => {
    const { home } = await stopped();
    const [unfinished] = (await listModels(home)).unfinished;
    expect(unfinished).toMatchObject({ id: MODEL, running: false, plan: { source: 'huggingface' } });
    expect(unfinished?.bytes).toBeGreaterThan(5_000);
    const lock = await takePullLock(modelPlaces(home, MODEL).lock, MODEL);
    expect((await listModels(home)).unfinished).toMatchObject([{ running: true }]);
    await lock.release();
  });
});

describe('removeModel', () => {
  it('removes a model and its owner’s empty folder, and tells what that frees', async () => {
    const { home, pull } = await pullStage();
    const bytes = (await pull()).record.files.reduce((sum, { size }) => sum + size, 0);
    expect(await removeModel(home, MODEL)).toEqual({ id: MODEL, bytes });
    expect(await readdir(home)).toEqual([]);
  });

  it('leaves the owner’s other models', async () => {
    const other = 'Qwen/Qwen3-Reranker-0.6B';
    const { home, pull } = await pullStage({ [MODEL]: smallModel(), [other]: smallModel() });
    await pull();
    await pull({}, other);
    await removeModel(home, other);
    expect((await listModels(home)).models.map(({ record }) => record.id)).toEqual([MODEL]);
  });

  it('removes an unfinished pull', async () => {
    const { home } = await stopped();
    expect((await removeModel(home, MODEL)).bytes).toBeGreaterThan(5_000);
    expect(await listModels(home)).toEqual({ models: [], unfinished: [] });
  });

  it('does not remove under a pull that is running', async () => {
    const { home, pull } = await pullStage();
    await pull();
    const lock = await takePullLock(modelPlaces(home, MODEL).lock, MODEL);
    expect((await failureOf(removeModel(home, MODEL))).code).toBe('model_pulling');
    expect(await readdir(join(home, MODEL))).toContain(FILE);
    await lock.release();
  });

  it.each(['Qwen/None', 'Qwen', '..', '../x', '/etc', 'builtin'])(
    'refuses %s, which is not there',
    async (id) => {
      const { home, pull } = await pullStage();
      await pull();
      const error = await failureOf(removeModel(home, id));
      expect(error.code).toBe('model');
      expect(error.message).toContain('`kb model list` shows what is');
    },
  );

  it('refuses what no pull has made', async () => {
    const home = await temporaryFolder();
    const mine = join(home, 'my', 'model');
    await mkdir(mine, { recursive: true });
    await writeFile(join(mine, 'config.json'), '{}');
    const record = {
      id: 'other/model',
      source: 'huggingface',
      revision: 'x',
      pulledAt: new Date(),
      files: [],
    };
    for (const document of ['{', '{}', JSON.stringify(record)]) {
      await writeFile(join(mine, '.meaning-radar.json'), document);
      expect((await failureOf(removeModel(home, 'my/model'))).message).toContain('remove it by hand');
    }
    expect(await readdir(mine)).toContain('config.json');
  });

  it('follows no link out of the home, of a model, its owner or inside of it', async () => {
    const { home, pull } = await pullStage();
    await pull();
    const elsewhere = await temporaryFolder();
    await symlink(join(home, 'Qwen'), join(elsewhere, 'Qwen'));
    await symlink(join(home, MODEL), join(elsewhere, 'model'));
    await mkdir(join(elsewhere, 'own'));
    await symlink(join(home, MODEL), join(elsewhere, 'own', 'model'));
    for (const id of [MODEL, 'own/model'])
      expect((await failureOf(removeModel(elsewhere, id))).message).toContain('is a link');

    const kept = await temporaryFolder();
    await writeFile(join(kept, 'precious'), 'x');
    await symlink(kept, join(home, MODEL, 'link'));
    await removeModel(home, MODEL);
    expect(await readdir(kept)).toEqual(['precious']);
  });
});
