import type { Cache } from '@larksuiteoapi/node-sdk';

type Key = Parameters<Cache['get']>[0];

interface Entry {
  readonly value: unknown;
  readonly expires: number | undefined;
}

/**
 * The SDK's tenant token, for one bot. The SDK's own cache is shared by the whole process and cannot be emptied, so
 * that a token that the platform revoked early would be used for up to two hours.
 */
export class TokenCache implements Cache {
  readonly #entries = new Map<string, Entry>();

  async set(key: Key, value: unknown, expires?: number, options?: { namespace?: string }): Promise<boolean> {
    this.#entries.set(name(key, options), { value, expires });
    return true;
  }

  async get(key: Key, options?: { namespace?: string }): Promise<unknown> {
    const entry = this.#entries.get(name(key, options));
    if (!entry || (entry.expires !== undefined && entry.expires <= Date.now())) return undefined;
    return entry.value;
  }

  /** Forgets everything; the next call asks for a new token. */
  clear(): void {
    this.#entries.clear();
  }
}

const name = (key: Key, options?: { namespace?: string }) => `${options?.namespace ?? ''}/${String(key)}`;
