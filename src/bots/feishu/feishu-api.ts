import { Client } from '@larksuiteoapi/node-sdk';
import { z } from 'zod';
import { KbError } from '../../errors.ts';
import type { BotLogger } from '../core/bot-logger.ts';
import { FeishuApiError, resetAfterMs, toApiError } from './api-error.ts';
import type { Card } from './cards/card.ts';
import { ChatPacer, systemTimer, type Timer } from './chat-pacer.ts';
import { type FeishuConfig, sdkDomain } from './feishu-config.ts';
import { CALL_TIMEOUT_MS, createHttpInstance } from './http-instance.ts';
import { createSdkLogger } from './sdk-logger.ts';
import { TokenCache } from './token-cache.ts';

/** A message as the platform takes it. */
export type OutgoingMessage = { readonly card: Card } | { readonly text: string };

export interface ReplyTarget {
  readonly messageId: string;
  readonly chatId: string;
  /** The message stands in a topic, where the reply stays too. */
  readonly inThread: boolean;
}

/** Attempts of a call before the event that needs it is put off. */
const ATTEMPTS = 6;
const MAX_WAIT_MS = 60_000;

const envelope = z.looseObject({ code: z.number(), msg: z.string().default('') });
const withHeaders = z.object({ data: z.unknown(), headers: z.unknown() });
const messageIdOf = z.object({ data: z.object({ message_id: z.string() }) });

/**
 * The calls that the bot makes. Waits out rate limits, renews a revoked token, repeats what did not arrive.
 * Rejects with {@link FeishuApiError}, or with `busy` where the platform does not take the call for now.
 */
export class FeishuApi {
  readonly #client: Client;
  readonly #tokens = new TokenCache();
  readonly #pacer: ChatPacer;
  readonly #timer: Timer;
  readonly #logger: BotLogger;

  constructor(config: FeishuConfig, logger: BotLogger, timer: Timer = systemTimer) {
    this.#client = new Client({
      appId: config.appId,
      appSecret: config.appSecret,
      domain: sdkDomain(config.domain),
      cache: this.#tokens,
      httpInstance: createHttpInstance(),
      logger: createSdkLogger(logger),
    });
    this.#pacer = new ChatPacer(timer);
    this.#timer = timer;
    this.#logger = logger;
  }

  /** Replies to a message; `uuid` makes it one message however often it is sent. Resolves to its id. */
  async reply(target: ReplyTarget, message: OutgoingMessage, uuid: string): Promise<string> {
    const data = { ...encode(message), uuid, ...(target.inThread ? { reply_in_thread: true } : {}) };
    const url = `/open-apis/im/v1/messages/${encodeURIComponent(target.messageId)}/reply`;
    const answer = await this.#call('POST', url, { data, chat: target.chatId });
    return messageIdOf.parse(answer).data.message_id;
  }

  /** Puts another card in the place of one that the bot sent. */
  async update(messageId: string, chatId: string, card: Card): Promise<void> {
    const url = `/open-apis/im/v1/messages/${encodeURIComponent(messageId)}`;
    await this.#call('PATCH', url, { data: { content: JSON.stringify(card) }, chat: chatId });
  }

  /** `GET` of a path, once and without waiting: for the checks at start. */
  async get(url: string): Promise<Record<string, unknown>> {
    return this.#once('GET', url, undefined);
  }

  async #call(
    method: string,
    url: string,
    options: { data: object; chat: string },
  ): Promise<Record<string, unknown>> {
    for (let attempt = 1; ; attempt++) {
      await this.#pacer.turn(options.chat);
      try {
        return await this.#once(method, url, options.data);
      } catch (thrown) {
        const error = toApiError(thrown);
        const passing = error.limited || error.unreachable || error.tokenInvalid;
        if (!passing) throw error;
        if (error.tokenInvalid) this.#tokens.clear();
        if (attempt === ATTEMPTS) throw new KbError('busy', { cause: error });
        const wait = error.tokenInvalid ? 0 : (error.retryAfterMs ?? 500 * 2 ** attempt);
        this.#logger.warn({ code: error.code, status: error.status, wait }, 'Feishu did not take a call yet');
        await this.#timer.sleep(Math.min(wait, MAX_WAIT_MS));
      }
    }
  }

  async #once(method: string, url: string, data: object | undefined): Promise<Record<string, unknown>> {
    const given: unknown = await this.#client
      .request({
        method,
        url,
        ...(data ? { data } : {}),
        timeout: CALL_TIMEOUT_MS,
        ...{ $return_headers: true },
      })
      .catch((error: unknown) => {
        throw toApiError(error);
      });
    const { data: body, headers } = withHeaders.parse(given);
    const answer = envelope.safeParse(body);
    if (!answer.success) throw new FeishuApiError(0, 502, 'an answer that is not JSON');
    const { code, msg } = answer.data;
    if (code !== 0) throw new FeishuApiError(code, 200, msg, resetAfterMs(headers));
    return answer.data;
  }
}

function encode(message: OutgoingMessage): { msg_type: string; content: string } {
  return 'card' in message
    ? { msg_type: 'interactive', content: JSON.stringify(message.card) }
    : { msg_type: 'text', content: JSON.stringify({ text: message.text }) };
}
