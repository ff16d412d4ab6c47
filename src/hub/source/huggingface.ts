import { z } from 'zod';
import type { HubEndpoint } from './endpoint.ts';
import { hubFetch } from './hub-fetch.ts';
import type { Digest, ModelSource } from './model-source.ts';
import { openFile } from './open-file.ts';
import { readJson } from './read-json.ts';
import { safeListing } from './safe-listing.ts';
import { statusFailure } from './status-failure.ts';

const sibling = z.object({
  rfilename: z.string(),
  size: z.number().optional(),
  /** The id of the file as a git blob; of a file in LFS it is the id of its pointer. */
  blobId: z.string().optional(),
  lfs: z.object({ sha256: z.string(), size: z.number() }).nullish(),
});

const answer = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  siblings: z.array(sibling),
});

/** Hugging Face, or a mirror of it: `/api/models/ID/revision/REV?blobs=true` and `/ID/resolve/COMMIT/PATH`. */
export function createHuggingFace(endpoint: HubEndpoint): ModelSource {
  const { base, host } = endpoint;
  return {
    name: 'huggingface',
    host,
    async list(model, { revision, signal }) {
      const name = encodeURIComponent(revision ?? 'main');
      const url = `${base}/api/models/${model}/revision/${name}?blobs=true`;
      const reply = await hubFetch(endpoint, { model, url, signal });
      if (!reply.response.ok) {
        await reply.response.body?.cancel();
        throw statusFailure(endpoint, reply, { model, revision });
      }
      const { sha, siblings } = await readJson(endpoint, model, reply, answer);
      const listed = siblings.map((file) => ({
        path: file.rfilename,
        size: file.lfs?.size ?? file.size,
        digest: digestOf(file),
        url: `${base}/${model}/resolve/${sha}/${encodeURIComponent(file.rfilename)}`,
      }));
      return { model, revision: sha, files: safeListing(model, host, listed) };
    },
    open: (model, file, options) => openFile(endpoint, model, file, options),
  };
}

function digestOf({ blobId, lfs }: z.output<typeof sibling>): Digest | undefined {
  if (lfs) return { algorithm: 'sha256', value: lfs.sha256 };
  return blobId === undefined ? undefined : { algorithm: 'git-sha1', value: blobId };
}
