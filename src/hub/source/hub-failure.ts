import { KbError } from '../../errors.ts';
import type { LocalizedText } from '../../messages/errors.ts';

export interface HubFailureOptions {
  readonly model: string;
  /** The host that failed. */
  readonly host: string;
  readonly detail: LocalizedText;
  /** Whether trying again may help. Default: no. */
  readonly retryable?: boolean;
  /** What the host asked to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** What a hub, or the network on the way to it, did wrong; says whether it is worth another try. */
export class HubFailure extends KbError {
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly detail: LocalizedText;

  constructor({ model, host, detail, retryable, retryAfterMs, cause }: HubFailureOptions) {
    super('model_download', { values: { model, host, detail }, cause });
    this.retryable = retryable ?? false;
    this.retryAfterMs = retryAfterMs;
    this.detail = detail;
  }
}
