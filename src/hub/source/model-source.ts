/** Where models come from. */
export const SOURCE_NAMES = ['huggingface', 'modelscope'] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

/** What the bytes of a file must hash to, in hex: SHA-256, or the id that git gives the file as a blob. */
export interface Digest {
  readonly algorithm: 'sha256' | 'git-sha1';
  readonly value: string;
}

/** A file of a repository at one commit. */
export interface RemoteFile {
  /** A safe name in the repository's top folder. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly digest: Digest;
  readonly url: string;
}

/** A repository at one commit: whatever is fetched from it belongs together. */
export interface Listing {
  readonly model: string;
  /** The commit, 40 hex digits where the hub tells them all. */
  readonly revision: string;
  /** The files that may be wanted ({@link isCandidate}), and no others. */
  readonly files: readonly RemoteFile[];
}

/** A response with the address that it came from, redirects followed. */
export interface HubAnswer {
  readonly response: Response;
  readonly url: URL;
}

export interface ListOptions {
  /** A branch, tag or commit. Default: the main branch. */
  readonly revision?: string | undefined;
  readonly signal: AbortSignal;
}

export interface OpenOptions {
  /** Headers besides the credentials, for the address that the request goes to. */
  readonly headers: (url: URL) => Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A hub that models are fetched from. Rejects with {@link HubFailure}, or with the signal's reason. */
export interface ModelSource {
  readonly name: SourceName;
  /** The hub's host, for messages. */
  readonly host: string;
  /** Asks once for the files of a model and the commit that they are of. */
  list(model: string, options: ListOptions): Promise<Listing>;
  /** Asks once for a file's bytes. Answers with 200, 206 or 416; every other status is a failure. */
  open(model: string, file: RemoteFile, options: OpenOptions): Promise<HubAnswer>;
}
