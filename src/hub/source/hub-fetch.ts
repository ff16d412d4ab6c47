import { detail } from '../detail.ts';
import type { HubEndpoint } from './endpoint.ts';
import { HubFailure } from './hub-failure.ts';
import type { HubAnswer } from './model-source.ts';
import { nextHop } from './next-hop.ts';

const MAX_REDIRECTS = 8;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

export interface HubRequest {
  readonly model: string;
  readonly url: string;
  readonly headers?: (url: URL) => Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * GETs an address of a hub. Redirects are followed here and not by `fetch`, so that the credentials stay with the hub
 * when it sends us to a CDN. The response's status is the caller's to judge.
 */
export async function hubFetch(endpoint: HubEndpoint, request: HubRequest): Promise<HubAnswer> {
  let url = new URL(request.url);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await send(endpoint, request, url);
    if (!REDIRECTS.includes(response.status)) return { response, url };
    await response.body?.cancel();
    const next = nextHop(url, response.headers.get('location'));
    if (next === undefined) throw badRedirect(request.model, url.host);
    url = next;
  }
  throw badRedirect(request.model, url.host);
}

async function send(endpoint: HubEndpoint, request: HubRequest, url: URL): Promise<Response> {
  try {
    return await fetch(url, {
      redirect: 'manual',
      signal: request.signal,
      headers: {
        'user-agent': 'meaning-radar',
        // Lengths and ranges count the file's own bytes.
        'accept-encoding': 'identity',
        ...request.headers?.(url),
        ...(url.origin === endpoint.origin ? endpoint.credentials : {}),
      },
    });
  } catch (error) {
    request.signal.throwIfAborted();
    throw unreachable(endpoint, request.model, url.host, error);
  }
}

/** The failure of a connection that could not be made or that broke off. */
export function unreachable(endpoint: HubEndpoint, model: string, host: string, cause: unknown): HubFailure {
  const other = endpoint.source === 'huggingface' ? 'modelscope' : 'huggingface';
  const values = { reason: reasonOf(cause), endpointSetting: endpoint.endpointSetting, other };
  return new HubFailure({ model, host, detail: detail('unreachable', values), retryable: true, cause });
}

function badRedirect(model: string, host: string): HubFailure {
  return new HubFailure({ model, host, detail: detail('badRedirect') });
}

/** The code of the error at the bottom, `ECONNREFUSED`; never its text, which may hold a signed address. */
function reasonOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return 'network';
}
