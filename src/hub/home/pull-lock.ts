import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { KbError } from '../../errors.ts';
import { diskFailure } from './disk-failure.ts';
import { pruneFolders } from './prune-folders.ts';

const BEAT_MS = 10_000;
/** A holder that has not shown itself for so long is gone, or stopped: its lock is taken over. */
const STALE_MS = 60_000;
const ATTEMPTS = 5;
/** The owner's, `locks` and `.pulling`. */
const FOLDERS_ABOVE = 3;

const lockFile = z.object({
  id: z.string(),
  pid: z.number(),
  host: z.string(),
  /** When the process began, so that a process that got the same id later is told apart. */
  since: z.number(),
});
type Holder = z.output<typeof lockFile>;

/** The right to pull a model, which one process has at a time. */
export interface PullLock {
  /** Aborts where another process has taken the lock over, as after a long sleep of this one. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** Takes the lock of a model. Rejects with `model_pulling` where a living process has it. */
export async function takePullLock(path: string, model: string): Promise<PullLock> {
  const own: Holder = { id: randomUUID(), pid: process.pid, host: hostname(), since: performance.timeOrigin };
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await mkdir(dirname(path), { recursive: true });
      if (await create(path, own)) return hold(path, own);
      const found = await inspect(path);
      if (found?.living) throw new KbError('model_pulling', { values: { model, pid: found.holder.pid } });
      await takeAway(path, found?.holder);
    }
  } catch (error) {
    throw diskFailure(path, error);
  }
  throw new KbError('model_pulling', { values: { model, pid: '?' } });
}

/** Whether a living process pulls the model of this lock. */
export async function isPulling(path: string): Promise<boolean> {
  return (await inspect(path))?.living ?? false;
}

async function create(path: string, own: Holder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(own), { flag: 'wx' });
    return true;
  } catch (error) {
    // Its folder may go at any moment, with the lock of another model that is released.
    if (error instanceof Error && 'code' in error && ['EEXIST', 'ENOENT'].includes(String(error.code)))
      return false;
    throw error;
  }
}

interface Found {
  readonly holder: Holder;
  readonly living: boolean;
}

async function inspect(path: string): Promise<Found | undefined> {
  const holder = await readHolder(path);
  const beat = await stat(path).catch(() => undefined);
  if (!beat) return undefined;
  const recent = Date.now() - beat.mtimeMs < STALE_MS;
  // One that is being written just now cannot be read yet.
  if (!holder) return recent ? { holder: { id: '', pid: 0, host: '', since: 0 }, living: true } : undefined;
  return { holder, living: recent && !hasEnded(holder) };
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return lockFile.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Whether a holder is known to have ended; of another machine's nothing is known but its beats. */
function hasEnded({ pid, host, since }: Holder): boolean {
  if (host !== hostname()) return false;
  if (pid === process.pid) return since !== performance.timeOrigin;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** Removes a lock that was found stale, unless another process has replaced it by its own in the meantime. */
async function takeAway(path: string, stale: Holder | undefined): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readHolder(aside))?.id !== stale?.id) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

function hold(path: string, own: Holder): PullLock {
  const lost = new AbortController();
  const isOwn = async () => (await readHolder(path))?.id === own.id;
  const beat = async () => {
    if (!(await isOwn())) return lost.abort();
    const now = new Date();
    await utimes(path, now, now);
  };
  const timer = setInterval(() => void beat().catch(() => {}), BEAT_MS);
  timer.unref();
  return {
    lost: lost.signal,
    async release() {
      clearInterval(timer);
      if (!(await isOwn())) return;
      await rm(path, { force: true });
      await pruneFolders(path, FOLDERS_ABOVE);
    },
  };
}
