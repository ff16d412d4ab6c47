import { App } from '@slack/bolt';
import { KbError } from '../../errors.ts';
import { detectLanguage } from '../../language.ts';
import { answerMessages } from '../../messages/answer.ts';
import type { Inbox } from '../../store/inbox.ts';
import type { Assistant } from '../core/assistant.ts';
import type { Bot } from '../core/bot.ts';
import { type BotLogger, silentLogger } from '../core/bot-logger.ts';
import { EventQueue, type EventQueueOptions } from '../core/event-queue.ts';
import type { Job } from '../core/job.ts';
import { decodeMetadata, parseJson } from './action-values.ts';
import { targetOf } from './answer-incoming.ts';
import { boltLogger } from './bolt-logger.ts';
import { checkCredentials, platform, type SlackIdentity } from './check-credentials.ts';
import { decideIntake } from './decide-intake.ts';
import { DurableReceiver } from './durable-receiver.ts';
import { HeldLines } from './held-lines.ts';
import { type Incoming, readIncoming } from './incoming.ts';
import { People } from './people.ts';
import { registerListeners } from './register-listeners.ts';
import { said } from './render-result.ts';
import { ReplayGuard } from './replay-guard.ts';
import { Replies, type ReplyTarget } from './reply.ts';
import { SLOW_MS } from './sign-of-life.ts';
import type { SlackContext } from './slack-context.ts';
import { slackProblem } from './slack-problem.ts';
import type { SocketConnectionOptions } from './socket-connection.ts';
import { httpTransport, socketTransport } from './transport.ts';

export interface SlackBotOptions {
  readonly assistant: Assistant;
  readonly inbox: Inbox;
  readonly config: {
    readonly botToken: string;
    /** With it, Socket Mode. */
    readonly appToken?: string | undefined;
    /** Without an app token, HTTP. */
    readonly signingSecret?: string | undefined;
    /** Default: Slack's own. */
    readonly apiUrl?: string | undefined;
  };
  readonly logger?: BotLogger;
  /** Milliseconds since 1970, for the age of signatures seen. Default: the system's clock. */
  readonly now?: () => number;
  /** For tests: faster clocks than people need. */
  readonly timing?: {
    readonly slowMs?: number;
    readonly graceMs?: number;
    readonly backoff?: EventQueueOptions['backoff'];
    readonly reconnect?: SocketConnectionOptions['backoff'];
  };
}

/** Slack, on Bolt: Socket Mode with an app token, signed HTTP on {@link Bot.routes} without one. */
export function createSlackBot(options: SlackBotOptions): Bot {
  const { assistant, config } = options;
  const logger = options.logger ?? silentLogger;
  const bolt = boltLogger(logger);
  const timing = options.timing ?? {};
  const transport = config.appToken
    ? socketTransport({
        appToken: config.appToken,
        apiUrl: config.apiUrl,
        logger,
        boltLogger: bolt,
        ...(timing.reconnect ? { backoff: timing.reconnect } : {}),
      })
    : httpTransport({ signingSecret: needSecret(config.signingSecret), logger, boltLogger: bolt });
  let identity: SlackIdentity | undefined;
  const known = () => {
    if (!identity) throw new KbError('shutting_down');
    return identity;
  };
  const read = (body: unknown) => readIncoming(body, known().botUser);
  const receiver = new DurableReceiver({
    inner: transport.receiver,
    replays: new ReplayGuard(options.now),
    decide: (body) => decideIntake(read(body)),
    keep: (key, body) => queue.accept({ key, payload: JSON.stringify(body) }),
  });
  const app = new App({
    receiver,
    logger: bolt,
    convoStore: false,
    authorize: async () => ({
      botToken: config.botToken,
      botId: known().botId,
      botUserId: known().botUser,
    }),
    token: undefined,
    clientOptions: {
      ...(config.apiUrl === undefined ? {} : { slackApiUrl: `${config.apiUrl}/` }),
      headers: { authorization: `Bearer ${config.botToken}` },
      // The queue tries again itself; these are for a hiccup and for what Slack tells to wait.
      retryConfig: { retries: 3, minTimeout: 300, factor: 2 },
      timeout: 20_000,
    },
  });
  const context: SlackContext = {
    assistant,
    client: app.client,
    people: new People(app.client, logger),
    replies: new Replies(app.client, logger),
    held: new HeldLines(),
    logger,
    slowMs: timing.slowMs ?? SLOW_MS,
    identity: known,
  };
  const queue = new EventQueue({
    inbox: options.inbox,
    prefix: 'slack:',
    logger,
    lane: (payload) => laneOf(read(parseJson(payload))),
    work: (job) => app.processEvent({ body: bodyOf(job), ack: async () => {}, customProperties: { job } }),
    tellDelayed: async (job, error) => {
      // Where it is Slack that cannot be reached, there is nobody to tell.
      if (error.values.platform === undefined) await tellDelayed(context, read(bodyOf(job)));
    },
    ...(timing.backoff ? { backoff: timing.backoff } : {}),
  });
  registerListeners(app, context, read);

  return {
    name: 'slack',
    routes: transport.routes,
    health: () => transport.health(),
    async start() {
      identity = await checkCredentials(app.client);
      await queue.start();
      try {
        await transport.open();
      } catch (error) {
        await transport.close();
        await queue.stop(timing.graceMs);
        throw platform(slackProblem(error, 'app'), error);
      }
      logger.info({ team: identity.team, bot: identity.botUser }, 'Slack: ready');
    },
    async stop() {
      await transport.close();
      await queue.stop(timing.graceMs);
    },
  };
}

function needSecret(secret: string | undefined): string {
  if (secret) return secret;
  const hint = 'Slack needs an app-level token (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.';
  throw new KbError('missing_config', { values: { name: 'SLACK_APP_TOKEN', hint } });
}

const laneOf = (incoming: Incoming) => ('lane' in incoming ? incoming.lane : '');

function bodyOf(job: Job): Record<string, unknown> {
  const body = parseJson(job.payload);
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

/** "Try again shortly", where the answer will appear. */
async function tellDelayed(context: SlackContext, incoming: Incoming): Promise<void> {
  const target = delayedTarget(incoming);
  if (!target) return;
  const text = 'text' in incoming ? incoming.text : '';
  await context.replies.send(target, said(answerMessages[detectLanguage(text)].delayed));
}

function delayedTarget(incoming: Incoming): ReplyTarget | undefined {
  switch (incoming.kind) {
    case 'message':
    case 'command':
    case 'shortcut':
      return targetOf(incoming);
    case 'action':
      return {
        user: incoming.user,
        channel: incoming.channel,
        thread: incoming.thread,
        responseUrl: incoming.responseUrl,
        private: true,
      };
    case 'form':
      return { user: incoming.user, channel: decodeMetadata(incoming.metadata)?.channel, private: true };
    default:
      return undefined;
  }
}
