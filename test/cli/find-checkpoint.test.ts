import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCli } from '../../src/cli/cli.ts';
import { findCheckpoint } from '../../src/cli/find-checkpoint.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { createEmbedder } from '../../src/engine/create-embedder.ts';
import { COMMIT, MODEL } from '../hub/support/fake-model.ts';
import { startHub } from '../hub/support/start-hub.ts';
import { writeRandomCheckpoint } from '../support/qwen3/random-checkpoint.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { fakeIo } from './fake-io.ts';

/** A hub that publishes a checkpoint which really runs, and a machine that has nothing. */
async function stage() {
  const root = await temporaryFolder();
  const published = join(root, 'published');
  await writeRandomCheckpoint(published, { shards: 2 });
  const files: Record<string, Buffer> = {};
  for (const name of await readdir(published)) files[name] = await readFile(join(published, name));
  const hub = await startHub({ [MODEL]: { commit: COMMIT, files } });
  const config = loadConfig({
    env: {
      KB_MODEL: MODEL,
      KB_MODEL_HOME: join(root, 'home'),
      KB_DEVICE: 'cpu',
      HF_ENDPOINT: hub.url,
      HF_HUB_CACHE: join(root, 'no-cache'),
    },
    envFile: '/nonexistent',
  });
  const io = fakeIo();
  const cli = createCli({ io, language: 'en', version: '1.0.0' });
  const find = (yes: boolean) => findCheckpoint(cli, { config, yes, signal: new AbortController().signal });
  return { config, io, find };
}

describe('findCheckpoint', () => {
  it('says the size and the command where a model is not here', async () => {
    const { config, find, io } = await stage();
    await expect(createEmbedder(config, { resolve: find(false) })).rejects.toMatchObject({
      code: 'model_missing',
      message: expect.stringMatching(/\(\d+ kB\).*`kb model pull Qwen\/Qwen3-Embedding-0\.6B`/),
    });
    expect(io.stderr.text).toBe('');
  });

  it('fetches it with --yes, shows that, and the model answers; the next time it is here', async () => {
    const { config, find, io } = await stage();
    const embedder = await createEmbedder(config, { resolve: find(true) });
    expect(embedder.model).toBe(MODEL);
    expect((await embedder.embedQueries(['年假有几天'])).vectors[0]).toHaveLength(48);
    await embedder.close();
    expect(io.stderr.text).toMatch(/^Fetching Qwen\/Qwen3-Embedding-0\.6B/);

    const again = await createEmbedder(config, { resolve: find(false) });
    expect(again.fingerprint).toBe(embedder.fingerprint);
    await again.close();
  });
});
