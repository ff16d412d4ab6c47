import { parseRetryAfter } from '../../backoff.ts';
import type { LocalizedText } from '../../messages/errors.ts';
import { detail } from '../detail.ts';
import type { HubEndpoint } from './endpoint.ts';
import { HubFailure } from './hub-failure.ts';
import type { HubAnswer } from './model-source.ts';

/** Answers that time may mend. */
const PASSING: readonly number[] = [408, 425, 429];

export interface StatusContext {
  readonly model: string;
  /** The revision or file that was asked for, where there was one. */
  readonly revision?: string | undefined;
  readonly file?: string | undefined;
}

/** What a status other than success means. */
export function statusFailure(
  endpoint: HubEndpoint,
  { response, url }: HubAnswer,
  context: StatusContext,
): HubFailure {
  const { status, headers } = response;
  const { model } = context;
  const atHub = url.origin === endpoint.origin;
  if (PASSING.includes(status) || status >= 500 || !atHub) {
    return new HubFailure({
      model,
      host: url.host,
      detail: detail('badStatus', { status }),
      // A CDN's refusal is mostly that of a signed link that has expired; the hub gives a new one.
      retryable: PASSING.includes(status) || status >= 500 || [403, 404, 410].includes(status),
      retryAfterMs: parseRetryAfter(headers.get('retry-after'), Date.now()),
    });
  }
  const meaning = hubMeaning(endpoint, response, context) ?? detail('badStatus', { status });
  return new HubFailure({ model, host: url.host, detail: meaning });
}

/**
 * A hub's own words in ours. Hugging Face says in `X-Error-Code` what is missing, and answers 401 for a model that
 * is not there as for one that is private.
 */
function hubMeaning(
  endpoint: HubEndpoint,
  { status, headers }: Response,
  { model, revision, file }: StatusContext,
): LocalizedText | undefined {
  const { tokenSetting, base } = endpoint;
  const code = headers.get('x-error-code');
  if (code === 'GatedRepo') return detail('gated', { page: `${base}/${model}`, tokenSetting });
  if (code === 'RevisionNotFound') return detail('noRevision', { revision: revision ?? 'main' });
  if (code === 'EntryNotFound' || (status === 404 && file !== undefined))
    return detail('fileGone', { file: file ?? '' });
  if (/invalid credentials/i.test(headers.get('x-error-message') ?? ''))
    return detail('tokenRefused', { tokenSetting });
  if (status === 403 && 'authorization' in endpoint.credentials)
    return detail('tokenRefused', { tokenSetting });
  if ([401, 403, 404].includes(status)) return detail('noModel', { tokenSetting });
  return undefined;
}
