import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { type CreateRerankerDeps, createReranker } from '../../src/engine/create-reranker.ts';
import { openOverlapReranker } from '../support/overlap-reranker.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kb-reranker-'));
  await writeFile(join(folder, 'config.json'), '{"model_type":"bert"}');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const create = (env: Record<string, string>, deps: CreateRerankerDeps = {}) =>
  createReranker(
    // Nothing answers there: a model that is missing is told without its size.
    loadConfig({
      env: { KB_MODEL_HOME: join(folder, 'home'), HF_ENDPOINT: 'http://127.0.0.1:9', ...env },
      envFile: '/nonexistent',
    }),
    deps,
  );

describe('createReranker', () => {
  it('opens nothing where none is set', async () => {
    const deps: CreateRerankerDeps = { open: () => Promise.reject(new Error('opened')) };
    expect(await create({}, deps)).toBeUndefined();
  });

  it('opens the checkpoint that is named, on the device that is set', async () => {
    const observer = { batch() {}, waiting() {}, refused() {} };
    const seen: unknown[] = [];
    const deps: CreateRerankerDeps = {
      observer,
      resolve: async (setting) => ({ name: setting, folder: '/checkpoints/reranker' }),
      open: async (options) => {
        seen.push(options);
        return openOverlapReranker();
      },
    };
    const reranker = await create({ KB_RERANKER: 'Qwen/Qwen3-Reranker-0.6B', KB_DEVICE: 'cuda' }, deps);
    expect(reranker?.model).toBe('word-overlap');
    expect(seen).toEqual([
      expect.objectContaining({
        name: 'Qwen/Qwen3-Reranker-0.6B',
        folder: '/checkpoints/reranker',
        device: 'cuda',
        observer,
      }),
    ]);
  });

  it('says that the builtin model is none', async () => {
    await expect(create({ KB_RERANKER: 'builtin' })).rejects.toMatchObject({
      code: 'model',
      message: 'The model builtin cannot be used: it only embeds; set KB_RERANKER to a Qwen3-Reranker.',
    });
  });

  it('says what to do about a model that is not here', async () => {
    await expect(create({ KB_RERANKER: 'Qwen/Qwen3-Reranker-0.6B' })).rejects.toMatchObject({
      code: 'model_missing',
      message: expect.stringContaining('kb model pull Qwen/Qwen3-Reranker-0.6B'),
    });
  });

  it('says why a checkpoint of another kind cannot be opened', async () => {
    await expect(create({ KB_RERANKER: folder })).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining('"bert"'),
    });
  });
});
