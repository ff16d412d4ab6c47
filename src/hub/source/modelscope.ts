import { z } from 'zod';
import { detail } from '../detail.ts';
import type { HubEndpoint } from './endpoint.ts';
import { HubFailure } from './hub-failure.ts';
import { hubFetch } from './hub-fetch.ts';
import type { ModelSource } from './model-source.ts';
import { openFile } from './open-file.ts';
import { readJson } from './read-json.ts';
import { safeListing } from './safe-listing.ts';
import { statusFailure } from './status-failure.ts';

const DEFAULT_BRANCH = 'master';
const COMMIT = /^[0-9a-f]{40}$/;

const entry = z.object({
  Path: z.string(),
  Type: z.string(),
  Size: z.number().optional(),
  /** Of every file, in LFS or not; some are in capitals. */
  Sha256: z.string().optional(),
  /** The commit that changed this file last. */
  Revision: z.string().optional(),
});

const answer = z.object({
  Data: z.object({
    /** `null` for a revision that is not there: the status is 200 all the same. */
    Files: z.array(entry).nullable(),
    LatestCommitter: z.object({ Id: z.string(), ShortId: z.string() }).partial().nullish(),
  }),
});

type Entry = z.output<typeof entry>;

/** ModelScope: `/api/v1/models/ID/repo/files` and `/api/v1/models/ID/repo?Revision=…&FilePath=…`. */
export function createModelScope(endpoint: HubEndpoint): ModelSource {
  const { host } = endpoint;
  return {
    name: 'modelscope',
    host,
    async list(model, { revision = DEFAULT_BRANCH, signal }) {
      const repository = `${endpoint.base}/api/v1/models/${model}/repo`;
      const query = new URLSearchParams({ Revision: revision, Recursive: 'True' });
      const reply = await hubFetch(endpoint, { model, url: `${repository}/files?${query}`, signal });
      if (!reply.response.ok) {
        await reply.response.body?.cancel();
        throw statusFailure(endpoint, reply, { model, revision });
      }
      const { Data: data } = await readJson(endpoint, model, reply, answer);
      if (data.Files === null)
        throw new HubFailure({ model, host, detail: detail('noRevision', { revision }) });
      const files = data.Files.filter(({ Type }) => Type === 'blob');
      const listed = files.map((file) => ({
        path: file.Path,
        size: file.Size,
        digest: { algorithm: 'sha256' as const, value: (file.Sha256 ?? '').toLowerCase() },
        url: `${repository}?${fileQuery(file, revision)}`,
      }));
      const head = data.LatestCommitter?.Id || data.LatestCommitter?.ShortId || '';
      return {
        model,
        revision: wholeCommit(head, files) ?? revision,
        files: safeListing(model, host, listed),
      };
    },
    open: (model, file, options) => openFile(endpoint, model, file, options),
  };
}

/** A file is asked for at the commit that changed it last, so that it stays the listed one whatever is pushed. */
function fileQuery({ Path, Revision }: Entry, revision: string): URLSearchParams {
  const pinned = Revision !== undefined && COMMIT.test(Revision) ? Revision : revision;
  return new URLSearchParams({ Revision: pinned, FilePath: Path });
}

/** The listing tells the newest commit often by its first eight digits only; a file that it changed has them all. */
function wholeCommit(head: string, files: readonly Entry[]): string | undefined {
  if (!/^[0-9a-f]{7,40}$/.test(head)) return undefined;
  return files.find(({ Revision }) => Revision?.startsWith(head))?.Revision ?? head;
}
