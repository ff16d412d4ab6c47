import { EventDispatcher } from '@larksuiteoapi/node-sdk';
import { toKbError } from '../../errors.ts';
import type { Language } from '../../language.ts';
import { feishuOperatorMessages as messages } from '../../messages/feishu.ts';
import { fillMessage } from '../../messages/fill-message.ts';
import type { Inbox } from '../../store/inbox.ts';
import type { Assistant } from '../core/assistant.ts';
import type { Bot, BotHealth, NodeRoute } from '../core/bot.ts';
import { type BotLogger, silentLogger } from '../core/bot-logger.ts';
import { EventQueue } from '../core/event-queue.ts';
import { CALLBACK_MS, CallbackWaiters } from './callback-waiters.ts';
import { readCardEvent } from './card-event.ts';
import { type CardReply, cardReply } from './card-reply.ts';
import { say } from './cards/texts.ts';
import { systemTimer, type Timer } from './chat-pacer.ts';
import { FeishuApi } from './feishu-api.ts';
import { type FeishuConfig, homeLanguage } from './feishu-config.ts';
import { FeishuWork, feishuLane } from './feishu-work.ts';
import { DEFAULT_TIMING, LongConnection, type LongConnectionTiming } from './long-connection.ts';
import { readMessageEvent } from './message-event.ts';
import { createSdkLogger } from './sdk-logger.ts';
import { checkAtStart, feishuProblem } from './start-checks.ts';
import { createWebhookRoute, WEBHOOK_PATH } from './webhook-route.ts';

export interface FeishuBotOptions {
  readonly assistant: Assistant;
  readonly inbox: Inbox;
  readonly config: FeishuConfig;
  /** The language of a reply to what shows none, such as `/kb list`. Default: Chinese, on Lark English. */
  readonly home?: Language;
  readonly logger?: BotLogger;
  /** Milliseconds since 1970, for the age of webhook requests. Default: the system's clock. */
  readonly now?: () => number;
  /** What the pace of sends is measured and slept with. */
  readonly timer?: Timer;
  readonly timing?: Partial<LongConnectionTiming> & {
    /** Milliseconds until a card callback is answered at the latest. Default {@link CALLBACK_MS}. */
    readonly callbackMs?: number;
    /** Milliseconds before attempt `n` of an event that has to wait; see {@link EventQueue}. */
    readonly backoff?: (attempt: number) => number;
    /** Milliseconds that `stop` waits for answers on their way. Default 10 s. */
    readonly graceMs?: number;
  };
}

/** The bot for Feishu and Lark, over the long connection or the webhook. */
export function createFeishuBot(options: FeishuBotOptions): Bot {
  const { assistant, inbox, config, timing = {} } = options;
  const logger = options.logger ?? silentLogger;
  const home = options.home ?? homeLanguage(config.domain);
  const prefix = `feishu:${config.appId}:`;
  const api = new FeishuApi(config, logger, options.timer ?? systemTimer);
  const waiters = new CallbackWaiters(timing.callbackMs ?? CALLBACK_MS);
  const work = new FeishuWork({ assistant, api, config, home, waiters, logger });
  const queue = new EventQueue({
    inbox,
    prefix,
    work: (job) => work.run(job),
    tellDelayed: (job, error) => work.tellDelayed(job, error),
    lane: feishuLane,
    logger,
    ...(timing.backoff ? { backoff: timing.backoff } : {}),
  });
  let phase: 'new' | 'starting' | 'running' | 'stopped' = 'new';
  let botOpenId = '';

  /** Resolves when the message is kept, before any work; the SDK acknowledges it then. */
  async function onMessage(given: unknown): Promise<void> {
    const event = readMessageEvent(given, botOpenId);
    if (event === 'unreadable') logger.error({}, 'A Feishu message event has an unknown form');
    else if (event)
      await queue.accept({ key: `${prefix}${event.eventId}`, payload: JSON.stringify(event.job) });
  }

  /** Never rejects: a callback that failed is not sent again, so the person has to hear of it. */
  async function onCardAction(given: unknown): Promise<CardReply | undefined> {
    const event = readCardEvent(given);
    if (!event) return cardReply('warning', say(home, 'unknownButton'));
    const key = `${prefix}${event.eventId}`;
    const language = event.job.value.l;
    const waiting = waiters.wait(key, cardReply('info', say(language, 'working')));
    try {
      const fresh = await queue.accept({ key, payload: JSON.stringify(event.job) });
      if (fresh) return await waiting.reply;
      waiting.cancel();
      return cardReply('info', say(language, 'done'));
    } catch (thrown) {
      waiting.cancel();
      logger.error({ code: toKbError(thrown).code }, 'A pressed button could not be kept');
      return cardReply('error', say(language, 'tryAgain'));
    }
  }

  const dispatcher = new EventDispatcher({ logger: createSdkLogger(logger) });
  dispatcher.register({ 'im.message.receive_v1': onMessage });
  dispatcher.register<Record<string, (given: unknown) => Promise<unknown>>>({
    'card.action.trigger': onCardAction,
  });

  const connection =
    config.transport === 'websocket'
      ? new LongConnection(config, dispatcher, logger, { ...DEFAULT_TIMING, ...timing })
      : undefined;

  async function receive(event: unknown): Promise<unknown> {
    if (phase !== 'running') throw new Error('not running');
    const told: unknown = await dispatcher.invoke(event, { needCheck: false });
    // For an event without a handler the SDK answers with a sentence about it.
    return typeof told === 'string' ? {} : told;
  }

  function routes(): NodeRoute[] {
    if (config.transport !== 'webhook') return [];
    if (config.encryptKey === undefined) throw feishuProblem('noEncryptKey');
    const { encryptKey, verificationToken } = config;
    return [
      createWebhookRoute({ encryptKey, verificationToken, receive, now: options.now ?? Date.now, logger }),
    ];
  }

  function health(): BotHealth {
    if (phase === 'stopped') return { ready: false, detail: messages.stopped };
    if (phase !== 'running') return { ready: false, detail: messages.notStarted };
    if (!connection)
      return { ready: true, detail: fillMessage(messages.webhookReady, { path: WEBHOOK_PATH }) };
    const state = connection.state();
    if (state === 'connected') return { ready: true, detail: messages.connected };
    return { ready: false, detail: state === 'connecting' ? messages.connecting : messages.reconnecting };
  }

  return {
    name: 'feishu',
    routes: routes(),
    health,
    async start() {
      if (phase === 'starting' || phase === 'running') return;
      phase = 'starting';
      try {
        botOpenId = await checkAtStart(api, config, logger);
        await queue.start();
        await connection?.open().catch((error: unknown) => {
          throw feishuProblem('noLongConnection', { detail: (error as Error).message }, error);
        });
      } catch (error) {
        phase = 'new';
        await queue.stop(timing.graceMs);
        throw error;
      }
      phase = 'running';
    },
    async stop() {
      if (phase === 'stopped') return;
      phase = 'stopped';
      await queue.stop(timing.graceMs);
      connection?.close();
    },
  };
}
