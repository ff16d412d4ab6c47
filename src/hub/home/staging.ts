import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isModelId } from '../model-id.ts';
import { type Digest, type Listing, type RemoteFile, SOURCE_NAMES } from '../source/model-source.ts';
import { diskFailure } from './disk-failure.ts';
import { pruneFolders } from './prune-folders.ts';
import { writeJson } from './write-json.ts';

const PLAN_FILE = 'pull.json';
/** The owner's and `models`. */
const FOLDERS_ABOVE = 2;

const plan = z.object({
  id: z.string().refine(isModelId),
  source: z.enum(SOURCE_NAMES),
  revision: z.string(),
  files: z.array(
    z.object({
      path: z.string(),
      size: z.number(),
      digest: z.object({ algorithm: z.enum(['sha256', 'git-sha1']), value: z.string() }),
    }),
  ),
});

/** What an unfinished pull wants, as far as it is known. */
export type PullPlan = z.output<typeof plan>;

/** The folder where a model is put together: `files` with what is whole and checked, `parts` with beginnings. */
export interface Staging {
  /** The folder that becomes the model's own. */
  readonly files: string;
  readonly target: (file: RemoteFile) => string;
  readonly part: (file: RemoteFile) => string;
  /** Whether the file is there, whole and checked. */
  has(file: RemoteFile): Promise<boolean>;
  /** Bytes of a file that are there, whole or begun. */
  bytesOf(file: RemoteFile): Promise<number>;
  /** Notes what is wanted, and throws away what an earlier pull left of other versions. */
  plan(next: PullPlan): Promise<void>;
}

export async function openStaging(folder: string): Promise<Staging> {
  const files = join(folder, 'files');
  const parts = join(folder, 'parts');
  const target = ({ path }: RemoteFile) => join(files, path);
  const part = ({ path }: RemoteFile) => join(parts, path);
  try {
    await mkdir(files, { recursive: true });
    await mkdir(parts, { recursive: true });
  } catch (error) {
    throw diskFailure(folder, error);
  }
  return {
    files,
    target,
    part,
    has: async (file) => (await sizeOf(target(file))) === file.size,
    async bytesOf(file) {
      if ((await sizeOf(target(file))) === file.size) return file.size;
      const begun = await sizeOf(part(file));
      return begun > file.size ? 0 : begun;
    },
    async plan(next) {
      const before = await readPlan(folder);
      const kept = next.files.filter(({ path, digest }) =>
        before?.files.some((file) => file.path === path && sameDigest(file.digest, digest)),
      );
      const names = kept.flatMap(({ path }) => [path, `${path}.tag`]);
      for (const place of [files, parts]) {
        const strays = (await readdir(place)).filter((name) => !names.includes(name));
        await Promise.all(strays.map((name) => rm(join(place, name), { recursive: true, force: true })));
      }
      await writeJson(join(folder, PLAN_FILE), next);
    },
  };
}

/** Removes a staging folder with all that is in it. */
export async function removeStaging(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  await pruneFolders(folder, FOLDERS_ABOVE);
}

/** The plan of a listing. */
export function planOf(source: PullPlan['source'], listing: Listing): PullPlan {
  const files = listing.files.map(({ path, size, digest }) => ({ path, size, digest }));
  return { id: listing.model, source, revision: listing.revision, files };
}

/** What the unfinished pull in a folder wants; `undefined` where there is none. */
export async function readPlan(folder: string): Promise<PullPlan | undefined> {
  try {
    return plan.parse(JSON.parse(await readFile(join(folder, PLAN_FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

function sameDigest(one: Digest, other: Digest): boolean {
  return one.algorithm === other.algorithm && one.value === other.value;
}

/** Bytes of a file; 0 where it is not there. */
async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
