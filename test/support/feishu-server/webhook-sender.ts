import { createCipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import { ENCRYPT_KEY } from './events.ts';

export interface SendOptions {
  readonly encryptKey?: string;
  /** Signs with another key than it encrypts with. */
  readonly signKey?: string;
  /** Milliseconds since 1970. */
  readonly now?: number;
  readonly nonce?: string;
  readonly signed?: boolean;
  /** Changes the body after it was signed. */
  readonly tamper?: (body: string) => string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly body: unknown;
}

export function encryptEvent(event: unknown, encryptKey: string): string {
  const iv = randomBytes(16);
  const key = createHash('sha256').update(encryptKey).digest();
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  return Buffer.concat([iv, cipher.update(JSON.stringify(event)), cipher.final()]).toString('base64');
}

/** Posts an event as the platform does: encrypted, signed over the raw body. */
export async function sendWebhook(
  url: string,
  event: unknown,
  options: SendOptions = {},
): Promise<WebhookAnswer> {
  const encryptKey = options.encryptKey ?? ENCRYPT_KEY;
  // Blanks that a re-serialised body would not have.
  const body = `{ "encrypt": ${JSON.stringify(encryptEvent(event, encryptKey))} }`;
  const timestamp = String(Math.floor((options.now ?? Date.now()) / 1000));
  const nonce = options.nonce ?? randomUUID();
  const signature = createHash('sha256')
    .update(timestamp + nonce + (options.signKey ?? encryptKey) + body)
    .digest('hex');
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(options.signed === false
        ? {}
        : {
            'x-lark-request-timestamp': timestamp,
            'x-lark-request-nonce': nonce,
            'x-lark-signature': signature,
          }),
      ...options.headers,
    },
    body: options.tamper ? options.tamper(body) : body,
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}
