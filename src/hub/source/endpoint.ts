import type { SourceName } from './model-source.ts';

/** How one hub is reached. */
export interface HubEndpoint {
  readonly source: SourceName;
  /** The address before `/api/…`, without a slash at its end and without user and password. */
  readonly base: string;
  readonly origin: string;
  readonly host: string;
  /** Headers that prove who asks; they go to {@link HubEndpoint.origin} and nowhere else. */
  readonly credentials: Readonly<Record<string, string>>;
  /** The settings to name in messages. */
  readonly tokenSetting: string;
  readonly endpointSetting: string;
}

export interface EndpointOptions {
  readonly source: SourceName;
  readonly address: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly tokenSetting: string;
  readonly endpointSetting: string;
}

/** Reads a hub's address; a user and password in it are sent as such where no token is given. */
export function createEndpoint({ address, credentials, ...names }: EndpointOptions): HubEndpoint {
  const url = new URL(address);
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const basic = login === ':' ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
  return {
    ...names,
    base: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    origin: url.origin,
    host: url.host,
    credentials: { ...basic, ...credentials },
  };
}
