import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { createEmbedder } from '../../src/engine/create-embedder.ts';
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

  it('says what to do about a checkpoint', async () => {
    await expect(create({ KB_MODEL: 'Qwen/Qwen3-Embedding-0.6B' })).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining('KB_ENGINE_URL'),
    });
  });

  it.each(['cuda', 'webgpu'])('says that the builtin model does not run on %s', async (device) => {
    await expect(create({ KB_DEVICE: device })).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining('KB_DEVICE'),
    });
  });
});
