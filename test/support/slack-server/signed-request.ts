import { createHmac } from 'node:crypto';

export interface SignedRequestOptions {
  readonly secret: string;
  /** Seconds since 1970. Default: now. */
  readonly timestamp?: number;
  readonly signature?: string;
  readonly retry?: { attempt: number; reason: string };
}

/** A request as Slack sends it: raw body, age and signature over both. */
export function signedRequest(body: string, contentType: string, options: SignedRequestOptions): RequestInit {
  const timestamp = options.timestamp ?? Math.floor(Date.now() / 1000);
  const digest = createHmac('sha256', options.secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    method: 'POST',
    headers: {
      'content-type': contentType,
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': options.signature ?? `v0=${digest}`,
      ...(options.retry
        ? { 'x-slack-retry-num': String(options.retry.attempt), 'x-slack-retry-reason': options.retry.reason }
        : {}),
    },
    body,
  };
}
