import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { z } from 'zod';
import type { Assistant } from '../../../../src/bots/core/assistant.ts';
import type { Bot } from '../../../../src/bots/core/bot.ts';
import type { BotLogger } from '../../../../src/bots/core/bot-logger.ts';
import { createAssistant } from '../../../../src/bots/core/create-assistant.ts';
import { createFeishuBot, type FeishuBotOptions } from '../../../../src/bots/feishu/create-feishu-bot.ts';
import { openBuiltinEmbedder } from '../../../../src/engine/builtin/builtin-embedder.ts';
import type { Embedder } from '../../../../src/engine/embedder.ts';
import type { Language } from '../../../../src/language.ts';
import { openStore } from '../../../../src/store/lance/open-store.ts';
import type { Store } from '../../../../src/store/store.ts';
import { cardProblem } from '../../../support/feishu-server/card-schema.ts';
import {
  APP_ID,
  APP_SECRET,
  ENCRYPT_KEY,
  type FeishuEvent,
  type PressInput,
  pressEvent,
  VERIFICATION_TOKEN,
} from '../../../support/feishu-server/events.ts';
import { FeishuServer, type SentMessage, until } from '../../../support/feishu-server/feishu-server.ts';
import { type SendOptions, sendWebhook } from '../../../support/feishu-server/webhook-sender.ts';
import { type SwitchableEmbedder, switchable } from '../../core/support/real-assistant.ts';

export type Transport = 'websocket' | 'webhook';

export interface StartOptions {
  readonly transport?: Transport;
  readonly lines?: readonly string[];
  readonly editors?: readonly string[];
  /** The language where a message shows none. */
  readonly home?: Language;
  readonly timing?: FeishuBotOptions['timing'];
  readonly timer?: FeishuBotOptions['timer'];
  /** The store's and the webhook's clock. */
  readonly clock?: () => Date;
  /** Before the bot starts. */
  readonly prepare?: (server: FeishuServer) => void;
  readonly start?: boolean;
  readonly appSecret?: string;
  readonly appId?: string;
}

/** Whether the platform's delivery was acknowledged, and what was answered. */
export interface Delivery {
  readonly acknowledged: boolean;
  readonly answer: unknown;
}

export type PressOptions = Omit<Partial<PressInput>, 'value' | 'messageId' | 'chatId'>;

const cardAnswer = z.strictObject({
  toast: z.strictObject({
    type: z.enum(['success', 'info', 'warning', 'error']),
    content: z.string().min(1),
  }),
  card: z.strictObject({ type: z.literal('raw'), data: z.unknown() }).optional(),
});

/** A log that can be read. */
export interface LogLine {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

/** One model for all tests of a file. */
let builtin: Promise<Embedder> | undefined;
afterAll(async () => (await builtin)?.close());

function builtinModel(): Promise<Embedder> {
  builtin ??= openBuiltinEmbedder();
  return builtin;
}

/** The bot, the real store and SDK, and a local server that speaks Feishu's protocol. */
export class FeishuWorld {
  readonly server: FeishuServer;
  readonly engine: SwitchableEmbedder;
  readonly log: LogLine[] = [];
  readonly #options: StartOptions;
  readonly #folder: string;
  #store: Store | undefined;
  #bot: Bot | undefined;
  #assistant: Assistant | undefined;
  #http: Server | undefined;

  private constructor(
    server: FeishuServer,
    engine: SwitchableEmbedder,
    folder: string,
    options: StartOptions,
  ) {
    this.engine = engine;
    this.server = server;
    this.#folder = folder;
    this.#options = options;
  }

  static async start(options: StartOptions = {}): Promise<FeishuWorld> {
    const server = await FeishuServer.start();
    options.prepare?.(server);
    const folder = await mkdtemp(join(tmpdir(), 'kb-feishu-'));
    const world = new FeishuWorld(server, switchable(await builtinModel()), folder, options);
    await world.open();
    if (options.lines?.length)
      await world.store.lines.add(options.lines, { id: 'operator', source: 'faq.txt' });
    if (options.start !== false) await world.bot.start();
    return world;
  }

  get transport(): Transport {
    return this.#options.transport ?? 'websocket';
  }

  get bot(): Bot {
    if (!this.#bot) throw new Error('closed');
    return this.#bot;
  }

  get store(): Store {
    if (!this.#store) throw new Error('closed');
    return this.#store;
  }

  get assistant(): Assistant {
    if (!this.#assistant) throw new Error('closed');
    return this.#assistant;
  }

  /** Opens store and bot (again), on the same folder. */
  async open(): Promise<void> {
    const { clock, editors = ['*'], timing, timer, appId, appSecret, home } = this.#options;
    const embedder = this.engine;
    const store = await openStore({
      location: this.#folder,
      source: embedder,
      ...(clock ? { clock } : {}),
    });
    const assistant = createAssistant({
      embedder,
      store,
      config: { topK: 5, lowConfidence: 0.4, editors },
      ...(clock ? { clock } : {}),
    });
    this.#store = store;
    this.#assistant = assistant;
    this.#bot = createFeishuBot({
      assistant,
      inbox: store.inbox,
      config: {
        appId: appId ?? APP_ID,
        appSecret: appSecret ?? APP_SECRET,
        domain: this.server.url,
        transport: this.transport,
        encryptKey: ENCRYPT_KEY,
        verificationToken: VERIFICATION_TOKEN,
      },
      logger: this.#logger(),
      ...(home ? { home } : {}),
      ...(clock ? { now: () => clock().getTime() } : {}),
      ...(timer ? { timer } : {}),
      timing: { superviseMs: 100, backoff: () => 100, ...timing },
    });
    this.#http = createServer((request, response) => {
      const route = this.bot.routes.find(({ path }) => path === request.url);
      if (route) route.handle(request, response);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => this.#http?.listen(0, '127.0.0.1', resolve));
  }

  /** Ends the process, so to say: what was not written is lost. */
  async shut(): Promise<void> {
    await this.#bot?.stop();
    this.#http?.closeAllConnections();
    await new Promise<void>((resolve) => (this.#http ? this.#http.close(() => resolve()) : resolve()));
    await this.#store?.close();
    this.#bot = undefined;
    this.#store = undefined;
    this.#http = undefined;
  }

  async restart(): Promise<void> {
    await this.shut();
    await this.open();
    await this.bot.start();
  }

  get webhookUrl(): string {
    if (!this.#http) throw new Error('closed');
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/feishu/events`;
  }

  /** Delivers an event once, over the transport at hand. */
  async deliver(event: FeishuEvent, options: SendOptions = {}): Promise<Delivery> {
    this.#remember(event);
    if (this.transport === 'websocket') {
      await until(() => this.server.connections.open > 0);
      const ack = await this.server.connections.send(event);
      return { acknowledged: ack?.code === 200, answer: ack?.data };
    }
    const now = this.#options.clock?.().getTime();
    const { status, body } = await sendWebhook(this.webhookUrl, event, {
      ...(now === undefined ? {} : { now }),
      ...options,
    });
    return { acknowledged: status === 200, answer: body };
  }

  /** Presses a button; a card in the answer takes the pressed one's place, as in the app. Resolves to the toast. */
  async press(message: SentMessage, value: unknown, by: PressOptions = {}): Promise<string> {
    const { messageId, chatId } = message;
    const { answer } = await this.deliver(pressEvent({ messageId, chatId, value, ...by }));
    const { toast, card } = cardAnswer.parse(answer);
    if (card) {
      const problem = cardProblem(JSON.stringify(card.data));
      if (problem) throw new Error(problem.msg);
      message.content = card.data;
    }
    return toast.content;
  }

  async close(): Promise<void> {
    await this.shut();
    await this.server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** So that a reply to a message lands in its chat. */
  #remember({ event }: FeishuEvent): void {
    const message = event.message as { message_id: string; chat_id: string } | undefined;
    if (message) this.server.chats.set(message.message_id, message.chat_id);
  }

  #logger(): BotLogger {
    const at = (level: string) => (fields: object, message: string) => {
      this.log.push({ level, fields, message });
    };
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }
}
