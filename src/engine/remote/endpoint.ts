/** Where a remote engine's routes are, and what may be shown of it. */
export interface Endpoint {
  readonly models: string;
  readonly embeddings: string;
  /** The address for messages: without user, password or query. */
  readonly shown: string;
  /** `Authorization` from a user and password in the address; a key given apart replaces it. */
  readonly authorization: string | undefined;
}

/**
 * Reads the address of an OpenAI-compatible engine: `http://host`, `http://host/v1`, `http://host/prefix/v1`, or the
 * address of the embeddings route itself.
 */
export function parseEndpoint(address: string): Endpoint {
  const url = new URL(address);
  const path = url.pathname.replace(/\/+$/, '').replace(/\/embeddings$/, '');
  const base = /\/v\d+$/.test(path) ? path : `${path}/v1`;
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    models: `${url.origin}${base}/models${url.search}`,
    embeddings: `${url.origin}${base}/embeddings${url.search}`,
    shown: `${url.origin}${path}`,
    authorization: login === ':' ? undefined : `Basic ${Buffer.from(login).toString('base64')}`,
  };
}
