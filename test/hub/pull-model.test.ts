import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listModels } from '../../src/hub/home/list-models.ts';
import { modelRecord } from '../../src/hub/home/record.ts';
import { createSource } from '../../src/hub/source/create-source.ts';
import { MODEL, noise, SHARDS, shardedModel, smallModel, WANTED, WEIGHTS } from './support/fake-model.ts';
import { failureOf, hubConfig, pullStage } from './support/pull-setup.ts';
import { sha256, TOKEN } from './support/start-hub.ts';

const FETCHED = ['.meaning-radar.json', ...WANTED];

describe('pullModel', () => {
  it.each(['huggingface', 'modelscope'] as const)(
    'fetches what the engine needs from %s, and nothing else',
    async (name) => {
      const { hub, home, pull } = await pullStage();
      const pulled = await pull({ source: createSource(name, hubConfig(hub.url)) });
      const folder = join(home, MODEL);
      expect(pulled).toMatchObject({ folder, already: false });
      expect((await readdir(folder)).sort()).toEqual(FETCHED);
      expect(await readdir(home)).toEqual(['Qwen']);
      expect((await readFile(join(folder, 'model.safetensors'))).equals(WEIGHTS)).toBe(true);
      const record = modelRecord.parse(
        JSON.parse(await readFile(join(folder, '.meaning-radar.json'), 'utf8')),
      );
      expect(record).toEqual(pulled.record);
      expect(record).toMatchObject({ id: MODEL, source: name, revision: smallModel().commit });
      for (const { path, size, sha256: hash } of record.files) {
        const bytes = await readFile(join(folder, path));
        expect([path, size, hash]).toEqual([path, bytes.length, sha256(bytes)]);
      }
    },
  );

  it('fetches the shards that the index names, and no other weights', async () => {
    const { home, pull, events } = await pullStage({ [MODEL]: shardedModel() });
    await pull();
    const names = await readdir(join(home, MODEL));
    expect(names.filter((name) => name.includes('safetensors')).sort()).toEqual([
      ...Object.keys(SHARDS),
      'model.safetensors.index.json',
    ]);
    const planned = events.find(({ kind }) => kind === 'planned');
    const last = events.findLast(({ kind }) => kind === 'progress');
    expect(planned).toMatchObject({ files: 9, done: expect.any(Number) });
    expect(last).toMatchObject({ total: planned?.kind === 'planned' ? planned.total : -1 });
    expect(last?.kind === 'progress' && last.done === last.total).toBe(true);
  });

  it('does nothing where the newest version is there, and mends it where a file is gone', async () => {
    const { hub, home, pull } = await pullStage();
    await pull();
    const before = hub.requests.length;
    expect(await pull()).toMatchObject({ already: true });
    expect(hub.requests.length).toBe(before + 1);

    await writeFile(join(home, MODEL, 'tokenizer.json'), 'cut short');
    expect(await pull()).toMatchObject({ already: false });
    expect(sha256(await readFile(join(home, MODEL, 'tokenizer.json')))).toBe(
      sha256(noise(5_000, 'tokenizer')),
    );
    expect(hub.fetches('model.safetensors').filter(({ at }) => at === 'cdn')).toHaveLength(1);
  });

  it('takes a new version, with the weights that have not changed from the old one', async () => {
    const { hub, home, pull } = await pullStage();
    await pull();
    const commit = 'f'.repeat(40);
    hub.models.set(MODEL, { ...smallModel({ 'README.md': Buffer.from('# new\n') }), commit });
    // There is no room for the weights a second time, and none is needed.
    const free = async () => 64_100_000;
    expect((await pull({ free })).record.revision).toBe(commit);
    expect(await readFile(join(home, MODEL, 'README.md'), 'utf8')).toBe('# new\n');
    expect((await readFile(join(home, MODEL, 'model.safetensors'))).equals(WEIGHTS)).toBe(true);
    expect(hub.fetches('model.safetensors').filter(({ at }) => at === 'cdn')).toHaveLength(1);
    expect(await readdir(home)).toEqual(['Qwen']);
  });

  it('does not believe an old version whose weights have rotted', async () => {
    const { hub, home, pull } = await pullStage();
    await pull();
    const rotten = Buffer.from(WEIGHTS);
    rotten[7] = (rotten[7] ?? 0) ^ 1;
    await writeFile(join(home, MODEL, 'model.safetensors'), rotten);
    hub.models.set(MODEL, { ...smallModel(), commit: 'e'.repeat(40) });
    await pull();
    expect((await readFile(join(home, MODEL, 'model.safetensors'))).equals(WEIGHTS)).toBe(true);
  });

  it('keeps to the commit of the list when something is pushed meanwhile', async () => {
    const { hub, pull } = await pullStage();
    await pull({
      onEvent: (event) => {
        if (event.kind === 'planned') hub.models.set(MODEL, { ...smallModel(), commit: 'b'.repeat(40) });
      },
    });
    const asked = hub.requests.filter(({ path }) => path.includes('/resolve/')).map(({ path }) => path);
    expect(asked.length).toBeGreaterThan(6);
    expect(asked.every((path) => path.includes(smallModel().commit))).toBe(true);
  });

  it('goes on where a stopped pull was, even if a new version has come with the same weights', async () => {
    const { hub, home, pull, events } = await pullStage();
    const stop = new AbortController();
    const stopped = await failureOf(
      pull({
        signal: stop.signal,
        onEvent: (event) => {
          events.push(event);
          if (event.kind === 'progress' && event.file === 'model.safetensors' && event.done > 100_000)
            stop.abort();
        },
      }),
    );
    expect(stopped.code).toBe('pull_stopped');
    expect(stopped.sentence('zh')).toContain('`kb model pull Qwen/Qwen3-Embedding-0.6B` 继续');
    expect(await readdir(home)).toEqual(['.pulling']);
    const [unfinished] = (await listModels(home)).unfinished;
    expect(unfinished).toMatchObject({ id: MODEL, running: false });
    const there = unfinished?.bytes ?? 0;

    hub.models.set(MODEL, { ...smallModel({ 'README.md': Buffer.from('# new\n') }), commit: 'a'.repeat(40) });
    events.length = 0;
    await pull();
    const range = hub.fetches('model.safetensors').at(-1)?.headers.range;
    expect(Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1])).toBeGreaterThan(0);
    const planned = events.find(({ kind }) => kind === 'planned');
    expect(planned?.kind === 'planned' && planned.done).toBeLessThanOrEqual(there);
    expect(planned?.kind === 'planned' && planned.done).toBeGreaterThan(5_000);
    expect((await readFile(join(home, MODEL, 'model.safetensors'))).equals(WEIGHTS)).toBe(true);
    expect(await readFile(join(home, MODEL, 'README.md'), 'utf8')).toBe('# new\n');
  });

  it('ends what a pull left that was killed between its last two steps', async () => {
    const { home, pull } = await pullStage();
    await pull();
    const staging = join(home, '.pulling', 'models', MODEL);
    await mkdir(join(staging, 'files'), { recursive: true });
    await writeFile(join(staging, 'pull.json'), '{}');
    expect(await pull()).toMatchObject({ already: true });
    expect(await readdir(home)).toEqual(['Qwen']);
  });

  it('throws the beginning away where the weights have changed', async () => {
    const { hub, home, pull } = await pullStage();
    const drop = (after: number) => ({ kind: 'drop', after }) as const;
    hub.faults.set('model.safetensors', [drop(50_000), ...Array.from({ length: 6 }, () => drop(100))]);
    expect((await failureOf(pull())).code).toBe('model_download');
    const weights = noise(200_000, 'new weights');
    hub.models.set(MODEL, { ...smallModel({ 'model.safetensors': weights }), commit: 'd'.repeat(40) });
    hub.faults.clear();
    await pull();
    expect(hub.fetches('model.safetensors').at(-1)?.headers.range).toBeUndefined();
    expect((await readFile(join(home, MODEL, 'model.safetensors'))).equals(weights)).toBe(true);
  });

  it('fetches a private model with the token, which the CDN does not see', async () => {
    const { hub, pull } = await pullStage({ [MODEL]: { ...smallModel(), private: true } });
    const refused = await failureOf(pull());
    expect(refused.message).toContain('set HF_TOKEN');
    await pull({ source: createSource('huggingface', hubConfig(hub.url, TOKEN)) });
    const cdn = hub.requests.filter(({ at }) => at === 'cdn');
    expect(cdn).not.toHaveLength(0);
    expect(JSON.stringify(cdn)).not.toContain(TOKEN);
  });

  it('says where a gated model’s terms are accepted', async () => {
    const { hub, pull } = await pullStage({ [MODEL]: { ...smallModel(), gated: true } });
    const error = await failureOf(pull());
    expect(error.message).toContain(
      `wants the terms accepted; do so at ${hub.url}/${MODEL} and set HF_TOKEN`,
    );
  });
});

describe('what is not fetched at all', () => {
  const weightRequests = (paths: readonly { path: string }[]) =>
    paths.filter(({ path }) => /safetensors$|^\/blobs/.test(path));

  it.each([
    ['a model of another type', { 'config.json': Buffer.from('{"model_type":"bert"}') }, 'of the type bert'],
    ['a config that says nothing', { 'config.json': Buffer.from('[]') }, 'does not say what it is'],
    ['a config that is no JSON', { 'config.json': Buffer.from('{') }, 'does not say what it is'],
  ])('%s is refused before the weights', async (_, files, words) => {
    const { hub, pull } = await pullStage({ [MODEL]: smallModel(files) });
    const error = await failureOf(pull());
    expect(error).toMatchObject({ code: 'model' });
    expect(error.message).toContain(words);
    expect(weightRequests(hub.requests)).toEqual([]);
  });

  it.each(['model.safetensors', 'tokenizer.json', 'config.json'])(
    'a repository without %s',
    async (missing) => {
      const model = smallModel();
      delete model.files[missing];
      const { hub, pull } = await pullStage({ [MODEL]: model });
      const error = await failureOf(pull());
      expect(error.message).toContain(`no ${missing}`);
      expect(hub.requests).toHaveLength(1);
    },
  );

  it.each([
    '../../../outside.safetensors',
    '/tmp/outside.safetensors',
    '.hidden.safetensors',
    'config.json',
    'a/b.safetensors',
    'a\\b.safetensors',
  ])('an index that names the shard %s', async (shard) => {
    const { home, pull } = await pullStage({ [MODEL]: shardedModel({ 'norm.weight': shard }) });
    const error = await failureOf(pull());
    expect(error.message).toContain(`names the file ${shard}`);
    expect(await readdir(home)).toEqual(['.pulling']);
  });

  it.each([
    [{}, 'index.json cannot be read'],
    [{ 'norm.weight': 'model-00009-of-00009.safetensors' }, 'no model-00009-of-00009.safetensors'],
  ])('an index that leads nowhere: %j', async (map, words) => {
    const { pull } = await pullStage({ [MODEL]: shardedModel(map) });
    expect((await failureOf(pull())).message).toContain(words);
  });

  it.each([
    '',
    'Qwen',
    'a/b/c',
    '../b',
    'a/..',
    'a/.b',
    '.a/b',
    'a/b.',
    'a//b',
    'a b/c',
    'a/b--c',
    '~/x',
    'a/b?c=d',
  ])('the id “%s”', async (id) => {
    const { hub, home, pull } = await pullStage();
    expect(await failureOf(pull({}, id))).toMatchObject({ code: 'invalid_request' });
    expect(hub.requests).toEqual([]);
    expect(await readdir(home)).toEqual([]);
  });

  it('what does not fit on the disk', async () => {
    const { hub, pull } = await pullStage();
    const error = await failureOf(pull({ free: async () => 1_000_000 }));
    expect(error.code).toBe('disk_full');
    expect(error.message).toMatch(/too full: 64\.3 MB are needed and 1\.00 MB are free\. .*KB_MODEL_HOME/);
    expect(error.sentence('zh')).toContain('需要 64.3 MB，可用 1.00 MB');
    expect(weightRequests(hub.requests)).toEqual([]);
    await pull({ free: async () => undefined });
  });

  it('over a folder that somebody put there by hand', async () => {
    const { hub, home, pull } = await pullStage();
    await mkdir(join(home, MODEL), { recursive: true });
    await writeFile(join(home, MODEL, 'notes.txt'), 'mine');
    expect((await failureOf(pull())).message).toContain('move it away first');
    expect(hub.requests).toEqual([]);
    expect(await readdir(join(home, MODEL))).toEqual(['notes.txt']);
  });

  it('into a home that cannot be written', async () => {
    const { home, pull } = await pullStage();
    await writeFile(join(home, 'file'), '');
    expect((await failureOf(pull({ home: join(home, 'file') }))).code).toBe('write_file');
  });
});
