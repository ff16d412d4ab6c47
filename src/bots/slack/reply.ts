import type { webApi } from '@slack/bolt';
import { KbError } from '../../errors.ts';
import type { BotLogger } from '../core/bot-logger.ts';
import type { SlackMessage } from './blocks.ts';
import { errorCode } from './slack-problem.ts';

/** Where an answer goes. */
export interface ReplyTarget {
  readonly user: string;
  /** Undefined for the home tab: the answer then goes to the user's direct messages. */
  readonly channel: string | undefined;
  readonly thread?: string | undefined;
  /** Slack's address for replies to a command or a button: five uses in thirty minutes. */
  readonly responseUrl?: string | undefined;
  /** Only the user sees it. */
  readonly private: boolean;
}

export interface ReplyOptions {
  /** Puts the reply in the place of the message with the pressed button. */
  readonly replace?: boolean;
  /** Shows a reply through `responseUrl` to the whole channel. */
  readonly public?: boolean;
}

const TOO_MUCH: readonly (string | undefined)[] = ['invalid_blocks', 'msg_blocks_too_long', 'msg_too_long'];
const TEXT_ONLY = { mrkdwn: false, parse: 'none', link_names: false } as const;

/** Sends messages, and falls back where Slack refuses: to text without blocks, to an ephemeral, to a direct message. */
export class Replies {
  readonly #client: webApi.WebClient;
  readonly #logger: BotLogger;

  constructor(client: webApi.WebClient, logger: BotLogger) {
    this.#client = client;
    this.#logger = logger;
  }

  /**
   * Rejects with `busy` while Slack cannot be reached (to be tried again), and with `platform` where Slack refuses
   * for good.
   */
  async send(target: ReplyTarget, message: SlackMessage, options: ReplyOptions = {}): Promise<void> {
    if (target.responseUrl && (await this.#respond(target.responseUrl, message, options))) return;
    try {
      await this.#post(target, message).catch((error: unknown) => {
        if (!TOO_MUCH.includes(errorCode(error))) throw error;
        this.#logger.warn({ code: errorCode(error) }, 'Slack refused the blocks of a reply; sent as text');
        return this.#post(target, { ...message, blocks: [] });
      });
    } catch (error) {
      const code = errorCode(error);
      // `internal_error`, `fatal_error` and `service_unavailable` are Slack's own troubles.
      const passing = code === undefined || /_error$|unavailable$|^ratelimited$/u.test(code);
      if (passing) throw new KbError('busy', { values: { platform: 'Slack' }, cause: error });
      throw new KbError('platform', { values: { platform: 'Slack', detail: code }, cause: error });
    }
  }

  async #respond(url: string, message: SlackMessage, options: ReplyOptions): Promise<boolean> {
    const send = async (blocks: SlackMessage['blocks']) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          response_type: options.public ? 'in_channel' : 'ephemeral',
          replace_original: options.replace ?? false,
          text: message.text,
          ...(blocks.length > 0 ? { blocks } : TEXT_ONLY),
        }),
        signal: AbortSignal.timeout(10_000),
      });
      return response.ok;
    };
    try {
      return (await send(message.blocks)) || (await send([]));
    } catch (error) {
      this.#logger.warn({ err: error }, 'Slack: a response address could not be reached');
      return false;
    }
  }

  async #post(target: ReplyTarget, { text, blocks }: SlackMessage): Promise<void> {
    const content = { text, ...(blocks.length > 0 ? { blocks } : {}), ...TEXT_ONLY };
    const thread = target.thread === undefined ? {} : { thread_ts: target.thread };
    const channel = target.channel ?? target.user;
    if (target.private && target.channel !== undefined) {
      try {
        await this.#client.chat.postEphemeral({ channel, user: target.user, ...thread, ...content });
        return;
      } catch (error) {
        // The bot is not in every channel that its commands are used in.
        if (!/channel|^user_not/u.test(errorCode(error) ?? '')) throw error;
      }
      await this.#client.chat.postMessage({ channel: target.user, ...content, unfurl_links: false });
      return;
    }
    await this.#client.chat.postMessage({
      channel,
      ...thread,
      ...content,
      unfurl_links: false,
      unfurl_media: false,
    });
  }
}
