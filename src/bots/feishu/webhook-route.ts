import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { toKbError } from '../../errors.ts';
import type { NodeRoute } from '../core/bot.ts';
import type { BotLogger } from '../core/bot-logger.ts';
import { readBody } from './read-body.ts';
import { ReplayWindow } from './replay-window.ts';
import { decryptEvent, sameSecret, webhookSignature } from './webhook-crypto.ts';

export const WEBHOOK_PATH = '/feishu/events';

export interface WebhookOptions {
  readonly encryptKey: string;
  readonly verificationToken?: string | undefined;
  /** Keeps an event and resolves to what the platform is told; rejecting makes it send the event again. */
  readonly receive: (event: unknown) => Promise<unknown>;
  readonly now: () => number;
  readonly logger: BotLogger;
}

const envelope = z.object({ encrypt: z.string().min(1) });
const challenge = z.looseObject({
  type: z.literal('url_verification'),
  challenge: z.string(),
  token: z.string().default(''),
});
const signed = z.looseObject({ header: z.looseObject({ token: z.string().default('') }) });

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const refuse = (status: number, msg: string): Answer => ({ status, body: { code: status, msg } });

/**
 * The webhook. Only encrypted requests are read; all but the URL check must be signed over their raw bytes, not older
 * than five minutes and not seen before. (The SDK's own check signs a re-serialised body, and looks at no time.)
 */
export function createWebhookRoute(options: WebhookOptions): NodeRoute {
  const replays = new ReplayWindow(options.now);

  async function answer(request: IncomingMessage): Promise<Answer> {
    if (request.method !== 'POST') return refuse(405, 'use POST');
    const body = await readBody(request);
    if (!body) return refuse(413, 'too large');
    const event = open(body, options.encryptKey);
    if (event === undefined) return refuse(400, 'not encrypted with the encrypt key');
    const check = challenge.safeParse(event);
    if (check.success) {
      if (!tokenFits(check.data.token)) return refuse(401, 'wrong verification token');
      return { status: 200, body: { challenge: check.data.challenge } };
    }
    const [timestamp, nonce, signature] = ['timestamp', 'nonce']
      .map((name) => `x-lark-request-${name}`)
      .concat('x-lark-signature')
      .map((name) => String(request.headers[name] ?? ''));
    if (!timestamp || !nonce || !signature) return refuse(401, 'not signed');
    if (!replays.timely(timestamp)) return refuse(401, 'too old');
    const expected = webhookSignature(timestamp, nonce, options.encryptKey, body);
    if (!sameSecret(signature, expected)) return refuse(401, 'wrong signature');
    const token = signed.safeParse(event).data?.header.token;
    if (token === undefined || !tokenFits(token)) return refuse(401, 'wrong verification token');
    if (!replays.first(timestamp, nonce)) return refuse(401, 'seen before');
    return { status: 200, body: (await options.receive(event)) ?? {} };
  }

  const tokenFits = (token: string) =>
    options.verificationToken === undefined || sameSecret(token, options.verificationToken);

  return {
    path: WEBHOOK_PATH,
    handle(request, response) {
      answer(request)
        .catch((thrown: unknown) => {
          const error = toKbError(thrown);
          options.logger.error({ code: error.code }, 'A Feishu event could not be accepted');
          return refuse(500, 'try again');
        })
        .then((result) => {
          if (result.status !== 200 && result.status !== 500)
            options.logger.warn(
              { status: result.status, ...Object(result.body) },
              'A request to the webhook was refused',
            );
          send(response, result);
        })
        .catch(() => response.destroy());
    },
  };
}

function open(body: Buffer, encryptKey: string): unknown {
  try {
    const { encrypt } = envelope.parse(JSON.parse(body.toString('utf8')));
    return JSON.parse(decryptEvent(encrypt, encryptKey));
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    ...(status === 413 ? { connection: 'close' } : {}),
  };
  response.writeHead(status, headers).end(JSON.stringify(body));
}
