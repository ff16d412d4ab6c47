import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { modelPlaces } from '../../src/hub/home/model-home.ts';
import { isPulling, takePullLock } from '../../src/hub/home/pull-lock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { MODEL } from './support/fake-model.ts';
import { failureOf, pullStage } from './support/pull-setup.ts';

async function lockPath(): Promise<string> {
  return modelPlaces(await temporaryFolder(), MODEL).lock;
}

async function leave(path: string, holder: object, ageMs = 0): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify(holder));
  const beat = new Date(Date.now() - ageMs);
  await utimes(path, beat, beat);
}

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

const living = { id: 'x', pid: process.ppid, host: hostname(), since: 1 };

describe('the lock of a pull', () => {
  it('is had by one at a time, also in one process, and leaves no folders behind', async () => {
    const path = await lockPath();
    const held = await takePullLock(path, MODEL);
    expect(await isPulling(path)).toBe(true);
    const refused = await failureOf(takePullLock(path, MODEL));
    expect(refused).toMatchObject({ code: 'model_pulling', values: { pid: process.pid } });
    await held.release();
    expect(await isPulling(path)).toBe(false);
    expect(await readdir(join(dirname(path), '..', '..', '..'))).toEqual([]);
    await (await takePullLock(path, MODEL)).release();
  });

  it('is respected while its process lives', async () => {
    const path = await lockPath();
    await leave(path, living);
    expect((await failureOf(takePullLock(path, MODEL))).message).toContain(`process (id ${process.ppid})`);
  });

  it('is respected while another machine’s process shows itself', async () => {
    const path = await lockPath();
    await leave(path, { ...living, pid: await deadPid(), host: 'elsewhere' });
    expect((await failureOf(takePullLock(path, MODEL))).code).toBe('model_pulling');
  });

  it('is respected while it is being written', async () => {
    const path = await lockPath();
    await leave(path, {});
    expect((await failureOf(takePullLock(path, MODEL))).code).toBe('model_pulling');
  });

  it.each([
    ['whose process has ended', async () => ({ ...living, pid: await deadPid() }), 0],
    ['of an earlier process with the same id', async () => ({ ...living, pid: process.pid, since: 1 }), 0],
    ['whose process has not shown itself for long', async () => living, 120_000],
    ['of another machine that is gone', async () => ({ ...living, host: 'elsewhere' }), 120_000],
    ['that was never written to its end', async () => ({}), 120_000],
  ])('is taken over from one %s', async (_, holder, age) => {
    const path = await lockPath();
    await leave(path, await holder(), age);
    const held = await takePullLock(path, MODEL);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() });
    expect(await readdir(dirname(path))).toHaveLength(1);
    await held.release();
  });

  it('goes to exactly one of many that find it stale at once', async () => {
    for (let round = 0; round < 20; round++) {
      const path = await lockPath();
      await leave(path, { ...living, pid: await deadPid() });
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => takePullLock(path, MODEL)));
      const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      expect(won).toHaveLength(1);
      await won[0]?.release();
    }
  });

  it('shows itself while it is held, and notices when another has taken it over', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const path = await lockPath();
    const held = await takePullLock(path, MODEL);
    const own = JSON.parse(await readFile(path, 'utf8'));
    await leave(path, own, 50_000);
    vi.advanceTimersByTime(10_000);
    await expect.poll(async () => Date.now() - (await stat(path)).mtimeMs).toBeLessThan(40_000);
    expect(held.lost.aborted).toBe(false);
    await leave(path, living);
    vi.advanceTimersByTime(10_000);
    await expect.poll(() => held.lost.aborted).toBe(true);
    await held.release();
  });

  it('does not take away what another has taken over', async () => {
    const path = await lockPath();
    const held = await takePullLock(path, MODEL);
    await leave(path, living);
    await held.release();
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(living);
  });
});

describe('two pulls at once', () => {
  it('the second says that one is running; the first is not disturbed', async () => {
    const { pull } = await pullStage();
    const [first, second] = await Promise.allSettled([pull(), pull()]);
    const outcomes = [first, second].map((outcome) =>
      outcome?.status === 'rejected' ? outcome.reason.code : outcome?.value.already,
    );
    expect(outcomes.sort()).toEqual([false, 'model_pulling']);
  });
});
