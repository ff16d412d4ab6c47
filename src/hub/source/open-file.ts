import type { HubEndpoint } from './endpoint.ts';
import { hubFetch } from './hub-fetch.ts';
import type { HubAnswer, OpenOptions, RemoteFile } from './model-source.ts';
import { statusFailure } from './status-failure.ts';

const USABLE: readonly number[] = [200, 206, 416];

/** Asks a hub, and the CDN that it sends us to, for a file's bytes. */
export async function openFile(
  endpoint: HubEndpoint,
  model: string,
  file: RemoteFile,
  options: OpenOptions,
): Promise<HubAnswer> {
  const answer = await hubFetch(endpoint, { model, url: file.url, ...options });
  if (USABLE.includes(answer.response.status)) return answer;
  await answer.response.body?.cancel();
  throw statusFailure(endpoint, answer, { model, file: file.path });
}
