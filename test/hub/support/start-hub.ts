import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { type Fault, serveBytes } from './serve-bytes.ts';

export interface FakeModel {
  readonly commit: string;
  readonly files: Record<string, Buffer>;
  /** Only for whoever brings the token. */
  readonly private?: boolean;
  /** Only for whoever has accepted its terms; nobody has. */
  readonly gated?: boolean;
  /** Overrides what the listing says of a file. */
  readonly listed?: Record<string, { size?: number; sha256?: string; name?: string }>;
}

export interface SeenRequest {
  readonly at: 'hub' | 'cdn';
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

export interface FakeHub {
  readonly url: string;
  readonly cdn: string;
  readonly models: Map<string, FakeModel>;
  readonly requests: SeenRequest[];
  /** What goes wrong with the next requests of a file's bytes, by its name, in order. */
  readonly faults: Map<string, Fault[]>;
  /** What goes wrong with the next requests of a list. */
  readonly listFaults: Fault[];
  /** Where the beginnings of files are kept, to see what has arrived. */
  parts: string | undefined;
  /** The requests of one file's bytes, at whichever server gave them. */
  fetches(file: string): SeenRequest[];
}

export const TOKEN = 'hub-token-for-tests';

/** Files over so many bytes are in LFS: the hub sends whoever asks to the CDN. */
const LFS_BYTES = 1_000;

/**
 * Hugging Face and ModelScope on one port of 127.0.0.1, and their CDN on another, with the paths, redirects, headers
 * and oddities of the real ones.
 */
export async function startHub(models: Record<string, FakeModel> = {}): Promise<FakeHub> {
  const state: Omit<FakeHub, 'url' | 'cdn' | 'fetches'> = {
    models: new Map(Object.entries(models)),
    requests: [],
    faults: new Map(),
    listFaults: [],
    parts: undefined,
  };
  const arrivedOf = (name: string) => async (bytes: number) => {
    const { parts } = state;
    if (parts === undefined) return;
    await vi.waitFor(async () => expect((await stat(join(parts, name))).size).toBeGreaterThanOrEqual(bytes), {
      timeout: 5_000,
      interval: 2,
    });
  };
  const blobs = new Map<string, { name: string; bytes: Buffer }>();
  const cdn = await listen((request, response) => {
    state.requests.push({ at: 'cdn', path: request.url ?? '', headers: request.headers });
    const blob = blobs.get((request.url ?? '').split('?')[0] ?? '');
    if (!blob) return void response.writeHead(404).end();
    serveBytes(request, response, blob.bytes, state.faults.get(blob.name)?.shift(), arrivedOf(blob.name));
  });
  const url = await listen((request, response) => {
    state.requests.push({ at: 'hub', path: request.url ?? '', headers: request.headers });
    answer(request, response);
  });

  function answer(request: IncomingMessage, response: ServerResponse): unknown {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const list = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/([^/]+)$/.exec(pathname);
    if (list) return huggingFaceList(request, response, list[1] ?? '', decodeURIComponent(list[2] ?? ''));
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(pathname);
    if (file) return sendFile(request, response, file[1] ?? '', decodeURIComponent(file[3] ?? ''));
    const small = /^\/api\/resolve-cache\/models\/([^/]+\/[^/]+)\/[^/]+\/(.+)$/.exec(pathname);
    if (small) return sendBytes(request, response, small[1] ?? '', decodeURIComponent(small[2] ?? ''));
    const scope = /^\/api\/v1\/models\/([^/]+\/[^/]+)\/repo(\/files)?$/.exec(pathname);
    if (scope?.[2])
      return modelScopeList(request, response, scope[1] ?? '', searchParams.get('Revision') ?? '');
    if (scope) return sendFile(request, response, scope[1] ?? '', searchParams.get('FilePath') ?? '');
    return response.writeHead(404).end();
  }

  function huggingFaceList(request: IncomingMessage, response: ServerResponse, id: string, revision: string) {
    const fault = state.listFaults.shift();
    if (fault) return serveBytes(request, response, Buffer.from('{}'), fault);
    const model = state.models.get(id);
    const known = request.headers.authorization === `Bearer ${TOKEN}`;
    // What the real one says of a private model and of none at all is the same.
    if (!model || (model.private && !known))
      return response
        .writeHead(known ? 404 : 401, {
          'x-error-code': 'RepoNotFound',
          'x-error-message': 'Repository not found',
        })
        .end();
    if (!['main', model.commit].includes(revision))
      return response.writeHead(404, { 'x-error-code': 'RevisionNotFound' }).end();
    const siblings = Object.entries(model.files).map(([name, bytes]) => {
      const listed = model.listed?.[name];
      const size = listed?.size ?? bytes.length;
      return {
        rfilename: listed?.name ?? name,
        size,
        blobId: gitSha1(bytes),
        ...(bytes.length > LFS_BYTES
          ? { lfs: { sha256: listed?.sha256 ?? sha256(bytes), size, pointerSize: 135 } }
          : {}),
      };
    });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id, sha: model.commit, private: false, gated: false, siblings }));
  }

  function modelScopeList(request: IncomingMessage, response: ServerResponse, id: string, revision: string) {
    const fault = state.listFaults.shift();
    if (fault) return serveBytes(request, response, Buffer.from('{}'), fault);
    response.setHeader('content-type', 'application/json');
    const model = state.models.get(id);
    if (!model || (model.private && !request.headers.cookie?.includes(`m_session_id=${TOKEN}`))) {
      response.writeHead(404);
      return response.end(JSON.stringify({ Code: 10010205001, Message: 'record not found', Success: false }));
    }
    const names = ['master', model.commit].includes(revision) ? Object.keys(model.files) : undefined;
    const files = names?.map((name) => {
      const bytes = model.files[name] ?? Buffer.alloc(0);
      const listed = model.listed?.[name];
      return {
        Name: name,
        Path: listed?.name ?? name,
        Type: 'blob',
        Size: listed?.size ?? bytes.length,
        IsLFS: bytes.length > LFS_BYTES,
        Revision: model.commit,
        Sha256: (listed?.sha256 ?? sha256(bytes)).toUpperCase(),
      };
    });
    const tree = {
      Name: 'folder',
      Path: 'folder',
      Type: 'tree',
      Size: 0,
      Sha256: '',
      Revision: model.commit,
    };
    const latest = names ? { Id: '', ShortId: model.commit.slice(0, 8) } : null;
    const data = { Files: files ? [tree, ...files] : null, LatestCommitter: latest };
    response.end(JSON.stringify({ Code: 200, Success: true, Message: 'success', Data: data }));
  }

  function sendFile(request: IncomingMessage, response: ServerResponse, id: string, name: string) {
    const model = state.models.get(id);
    const bytes = model?.files[name];
    const known = JSON.stringify(request.headers).includes(TOKEN);
    if (model?.gated) return response.writeHead(403, { 'x-error-code': 'GatedRepo' }).end();
    if (!bytes || (model.private && !known))
      return response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
    if (bytes.length <= LFS_BYTES)
      return serveBytes(request, response, bytes, state.faults.get(name)?.shift());
    const path = `/blobs/${sha256(bytes)}`;
    blobs.set(path, { name, bytes });
    response.writeHead(302, { location: `${cdn}${path}?signature=${Math.random()}` }).end();
  }

  function sendBytes(request: IncomingMessage, response: ServerResponse, id: string, name: string) {
    const model = state.models.get(id);
    if (model?.private && !JSON.stringify(request.headers).includes(TOKEN))
      return response.writeHead(401).end();
    serveBytes(request, response, model?.files[name] ?? Buffer.alloc(0), state.faults.get(name)?.shift());
    return response;
  }

  const isOf = (file: string, { at, path }: SeenRequest) => {
    if (at === 'cdn') return blobs.get(path.split('?')[0] ?? '')?.name === file;
    const { pathname, searchParams } = new URL(path, url);
    return pathname.endsWith(`/${file}`) || searchParams.get('FilePath') === file;
  };
  return Object.assign(state, {
    url,
    cdn,
    fetches: (file: string) => state.requests.filter((seen) => isOf(file, seen)),
  });
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function gitSha1(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
