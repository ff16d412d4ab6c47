import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { createEmbedder } from '../../src/engine/create-embedder.ts';
import { writeRandomCheckpoint } from '../support/qwen3/random-checkpoint.ts';
import { startFakeEngine } from './remote/fake-engine.ts';

const engine = await startFakeEngine({ models: [{ id: 'first' }, { id: 'second' }] });
afterAll(() => engine[Symbol.asyncDispose]());

const create = (env: Record<string, string>) => createEmbedder(loadConfig({ env, envFile: '/nonexistent' }));

describe('createEmbedder', () => {
  it.each([{}, { KB_DEVICE: 'cpu' }])('opens the builtin model by default: %j', async (env) => {
    const embedder = await create(env);
    expect(embedder.model).toBe('builtin');
    await embedder.close();
  });

  it('uses the engine where KB_ENGINE_URL is set, with its first model', async () => {
    expect((await create({ KB_ENGINE_URL: engine.url })).model).toBe('first');
  });

  it('uses the model that is named, the key and the task', async () => {
    const embedder = await create({
      KB_ENGINE_URL: `${engine.url}/v1`,
      KB_MODEL: 'second',
      KB_ENGINE_KEY: 'a-key',
      KB_QUERY_TASK: 'Find it',
    });
    await embedder.embedQueries(['年假']);
    expect(engine.seen.at(-1)).toMatchObject({
      authorization: 'Bearer a-key',
      body: { model: 'second', input: ['Instruct: Find it\nQuery:年假'] },
    });
  });

  it('opens a checkpoint folder, with its settings', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'create-embedder-'));
    const checkpoint = join(folder, 'tiny');
    await writeRandomCheckpoint(checkpoint, {});
    const embedder = await create({
      KB_MODEL: checkpoint,
      KB_MODEL_HOME: join(folder, 'home'),
      KB_DEVICE: 'cpu',
      KB_PRECISION: 'int8',
      KB_DIMENSIONS: '32',
      KB_QUERY_TASK: 'Find it',
    });
    expect(embedder).toMatchObject({ model: 'tiny', dimensions: 32 });
    expect((await embedder.embedQueries(['年假'])).vectors[0]).toHaveLength(32);
    await embedder.close();
    expect(await readdir(join(folder, 'home', '.int8'))).toHaveLength(1);
    await rm(folder, { recursive: true });
  });

  it('says how to get a checkpoint that is not here', async () => {
    await expect(
      create({
        KB_MODEL: 'Qwen/Qwen3-Embedding-0.6B',
        KB_MODEL_HOME: '/nonexistent',
        HF_HUB_CACHE: '/nonexistent',
        HF_ENDPOINT: 'http://127.0.0.1:9',
      }),
    ).rejects.toMatchObject({
      code: 'model_missing',
      message: expect.stringContaining('kb model pull Qwen/Qwen3-Embedding-0.6B'),
    });
  });

  it.each([
    ['KB_DEVICE', 'cuda'],
    ['KB_DEVICE', 'webgpu'],
    ['KB_PRECISION', 'fp32'],
    ['KB_DIMENSIONS', '256'],
  ])('says that the builtin model does not know %s=%s', async (name, value) => {
    await expect(create({ [name]: value })).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining(`${name}=${value}`),
    });
  });
});
