import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MODEL, WEIGHTS } from './support/fake-model.ts';
import { failureOf, type PullStage, pullStage } from './support/pull-setup.ts';
import type { Fault } from './support/serve-bytes.ts';

const FILE = 'model.safetensors';
const drop = (after: number): Fault => ({ kind: 'drop', after });

async function stageWith(...faults: Fault[]): Promise<PullStage> {
  const stage = await pullStage();
  stage.hub.faults.set(FILE, faults);
  return stage;
}

/** The ranges that the CDN was asked for, in order. */
const ranges = ({ hub }: PullStage) =>
  hub.fetches(FILE).flatMap(({ at, headers }) => (at === 'cdn' ? [headers.range] : []));

async function expectWhole({ home }: PullStage): Promise<void> {
  expect((await readFile(join(home, MODEL, FILE))).equals(WEIGHTS)).toBe(true);
  expect(await readdir(home)).toEqual(['Qwen']);
}

describe('a network that goes wrong', () => {
  it('goes on behind what arrived when the connection breaks off, each time with a new link', async () => {
    const stage = await stageWith(drop(50_000), drop(60_000));
    await stage.pull();
    const [first, second, third] = ranges(stage);
    expect(first).toBeUndefined();
    expect([second, third]).toEqual(['bytes=50000-', 'bytes=110000-']);
    expect(stage.retries()).toEqual(['the connection broke off', 'the connection broke off']);
    const links = stage.hub
      .fetches(FILE)
      .filter(({ at }) => at === 'cdn')
      .map(({ path }) => path);
    expect(new Set(links).size).toBe(3);
    await expectWhole(stage);
  });

  it('asks the same server for the same version only, and another one without', async () => {
    const stage = await stageWith(drop(50_000), drop(50_000));
    await stage.pull();
    const asked = stage.hub.fetches(FILE).map(({ at, headers }) => [at, headers['if-range']]);
    expect(asked).toEqual([
      ['hub', undefined],
      ['cdn', undefined],
      ['hub', undefined],
      ['cdn', '"v1"'],
      ['hub', undefined],
      ['cdn', '"v1"'],
    ]);
  });

  it('begins anew where the server has another version, and takes it where the checksum is right', async () => {
    const stage = await stageWith(drop(50_000), { kind: 'new-version' });
    await stage.pull();
    expect(ranges(stage)).toEqual([undefined, 'bytes=50000-']);
    await expectWhole(stage);
  });

  it.each<[string, Fault]>([
    ['ignores the range', { kind: 'ignore-range' }],
    ['sends the range with status 200', { kind: 'range-with-200' }],
    ['begins before the place that is asked for', { kind: 'shift-range', by: -10_000 }],
    ['begins behind it', { kind: 'shift-range', by: 10_000 }],
    ['refuses the range', { kind: 'status', status: 416 }],
    ['takes the link for expired', { kind: 'status', status: 403 }],
    ['is overloaded', { kind: 'status', status: 503 }],
    ['ends too early without an error', { kind: 'short', after: 20_000 }],
  ])('copes with a server that %s', async (_, fault) => {
    const stage = await stageWith(drop(50_000), fault);
    await stage.pull();
    await expectWhole(stage);
  });

  it('gives up a connection over which nothing comes, and goes on with another', async () => {
    const stage = await stageWith({ kind: 'stall', after: 30_000 }, { kind: 'stall', after: 0 });
    await stage.pull({ deps: { ...stage.deps, idleMs: 300 } });
    // A machine that is busy for so long may make it more than the two.
    expect(
      stage.retries().filter((reason) => reason === 'nothing came for 1 s').length,
    ).toBeGreaterThanOrEqual(2);
    expect(ranges(stage)).toContain('bytes=30000-');
    await expectWhole(stage);
  });

  it('waits longer from try to try, and anew after a try that brought something', async () => {
    const dead = { kind: 'status', status: 502 } as const;
    const stage = await stageWith(dead, dead, dead, drop(40_000), dead, dead);
    await stage.pull();
    expect(stage.waits).toEqual([500, 1_000, 2_000, 500, 1_000, 2_000]);
    await expectWhole(stage);
  });

  it('waits as long as the server asks', async () => {
    const stage = await stageWith({ kind: 'status', status: 429, retryAfter: '120' });
    await stage.pull();
    expect(stage.waits).toEqual([120_000]);
  });

  it('does not wait for hours', async () => {
    const stage = await stageWith({ kind: 'status', status: 429, retryAfter: '7200' });
    expect((await failureOf(stage.pull())).message).toContain('status 429');
    expect(stage.waits).toEqual([]);
  });

  it('gives up after some tries that brought nothing, says why, and keeps what is there', async () => {
    const stage = await stageWith(drop(50_000), ...Array.from({ length: 6 }, () => drop(100)));
    const error = await failureOf(stage.pull());
    expect(error.code).toBe('model_download');
    expect(error.message).toMatch(
      /^The model .* cannot be fetched from 127\.0\.0\.1:\d+: the connection broke off\.$/,
    );
    expect(ranges(stage)).toHaveLength(6);
    await stage.pull();
    expect(Number(ranges(stage).at(-1)?.slice(6, -1))).toBeGreaterThan(50_000);
    await expectWhole(stage);
  });

  it('does not go round in circles with a server that knows no ranges and breaks off each time', async () => {
    const stage = await stageWith(
      drop(50_000),
      ...Array.from({ length: 9 }, () => ({ kind: 'ignore-range', after: 40_000 }) as const),
    );
    expect((await failureOf(stage.pull())).code).toBe('model_download');
    expect(ranges(stage).length).toBeLessThan(8);
  });

  it.each<[string, Fault]>([
    ['a changed byte', { kind: 'corrupt' }],
    ['more than there is', { kind: 'long' }],
  ])('throws %s away and fetches the file once more', async (_, fault) => {
    const stage = await stageWith(fault);
    await stage.pull();
    expect(stage.retries()).toEqual([`${FILE} does not have the published checksum`]);
    expect(stage.waits).toEqual([]);
    expect(ranges(stage)).toEqual([undefined, undefined]);
    await expectWhole(stage);
  });

  it('throws a file of another size away', async () => {
    const stage = await stageWith(drop(50_000), { kind: 'other-size' });
    await stage.pull();
    expect(ranges(stage)).toEqual([undefined, 'bytes=50000-', undefined]);
    await expectWhole(stage);
  });

  it('finds a byte that changed in the part that was there', async () => {
    const stage = await stageWith(drop(20_000), ...Array.from({ length: 6 }, () => drop(10)));
    expect((await failureOf(stage.pull())).code).toBe('model_download');
    const part = join(stage.home, '.pulling', 'models', MODEL, 'parts', FILE);
    const bytes = await readFile(part);
    bytes[3] = (bytes[3] ?? 0) ^ 1;
    await writeFile(part, bytes);
    stage.hub.faults.clear();
    await stage.pull();
    expect(ranges(stage).at(-2)).toMatch(/^bytes=\d+-$/);
    expect(ranges(stage).at(-1)).toBeUndefined();
    await expectWhole(stage);
  });

  it('says so when a file comes damaged twice, and leaves nothing of it', async () => {
    const stage = await stageWith({ kind: 'corrupt' }, { kind: 'corrupt' });
    const error = await failureOf(stage.pull());
    expect(error.message).toContain(`${FILE} does not have the published checksum`);
    expect(error.sentence('zh')).toContain(`${FILE} 与公布的校验值不符`);
    expect(ranges(stage)).toHaveLength(2);
    await stage.pull();
    expect(ranges(stage).at(-1)).toBeUndefined();
  });

  it('checks a small file by the id that git gives it', async () => {
    const stage = await pullStage();
    stage.hub.faults.set('config.json', [{ kind: 'corrupt' }]);
    await stage.pull();
    expect(stage.retries()).toEqual(['config.json does not have the published checksum']);
  });

  it('tries the list of files again', async () => {
    const stage = await pullStage();
    stage.hub.listFaults.push({ kind: 'status', status: 500 }, { kind: 'drop', after: 1 });
    await stage.pull();
    expect(stage.retries()).toEqual([
      'it answered with status 500',
      expect.stringMatching(/^it cannot be reached \(UND_ERR_SOCKET\)/),
    ]);
    await expectWhole(stage);
  });

  it('gives up a hub that is silent about its list', async () => {
    const stage = await pullStage();
    stage.hub.listFaults.push(...Array.from({ length: 3 }, () => ({ kind: 'stall', after: 0 }) as const));
    const error = await failureOf(stage.pull({ deps: { ...stage.deps, idleMs: 100 } }));
    expect(error.message).toContain('nothing came for 1 s');
    expect(stage.hub.requests).toHaveLength(3);
  });

  it('gives a hub that is not there up soon', async () => {
    const stage = await pullStage();
    stage.hub.listFaults.push(...Array.from({ length: 9 }, () => ({ kind: 'status', status: 500 }) as const));
    expect((await failureOf(stage.pull())).code).toBe('model_download');
    expect(stage.waits).toEqual([500, 1_000]);
  });
});
