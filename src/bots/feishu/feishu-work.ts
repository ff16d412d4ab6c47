import { z } from 'zod';
import { type KbError, toKbError } from '../../errors.ts';
import { detectLanguage, type Language } from '../../language.ts';
import type { Author } from '../../store/knowledge-base.ts';
import type { Assistant } from '../core/assistant.ts';
import type { BotLogger } from '../core/bot-logger.ts';
import type { Job } from '../core/job.ts';
import { isPassing } from '../core/passing-error.ts';
import { type ActionOutcome, actOnCard } from './act-on-card.ts';
import { answerMessage } from './answer-message.ts';
import { FeishuApiError } from './api-error.ts';
import type { CallbackWaiters } from './callback-waiters.ts';
import { type ActionJob, actionJob } from './card-event.ts';
import { cardReply } from './card-reply.ts';
import type { Rendered } from './cards/rendered.ts';
import { say } from './cards/texts.ts';
import { deliver } from './deliver.ts';
import type { FeishuApi, ReplyTarget } from './feishu-api.ts';
import { chatLink, type FeishuConfig } from './feishu-config.ts';
import { type MessageJob, messageJob } from './message-event.ts';

/** What the inbox keeps of an event. */
export const feishuJob = z.discriminatedUnion('kind', [messageJob, actionJob]);
export type FeishuJob = z.infer<typeof feishuJob>;

export interface FeishuWorkOptions {
  readonly assistant: Assistant;
  readonly api: FeishuApi;
  readonly config: FeishuConfig;
  /** The language of a reply to what shows none. */
  readonly home: Language;
  readonly waiters: CallbackWaiters;
  readonly logger: BotLogger;
}

/** Answers accepted events: what the queue calls. */
export class FeishuWork {
  readonly #options: FeishuWorkOptions;

  constructor(options: FeishuWorkOptions) {
    this.#options = options;
  }

  async run(job: Job): Promise<void> {
    const event = feishuJob.parse(JSON.parse(job.payload));
    if (event.kind === 'message') await this.#answer(job, event);
    else await this.#act(job, event);
  }

  /** Tells the asker that the answer will come later; not where it is the platform that takes no messages. */
  async tellDelayed(job: Job, error: KbError): Promise<void> {
    if (error.cause instanceof FeishuApiError) return;
    const event = feishuJob.parse(JSON.parse(job.payload));
    const language =
      event.kind === 'action' ? event.value.l : detectLanguage(event.text ?? '', this.#options.home);
    await this.#send(job, target(event), { text: say(language, 'delayed') }, 'delayed');
  }

  async #answer(job: Job, message: MessageJob): Promise<void> {
    const { assistant } = this.#options;
    const by = this.#author(message.senderId, message.chatId);
    const replies = await job.once('answer', () => answerMessage(assistant, message, by, this.#options.home));
    await this.#sendAll(job, target(message), replies);
  }

  async #act(job: Job, action: ActionJob): Promise<void> {
    const by = this.#author(action.operatorId, action.chatId);
    const outcome = await job.once('act', () => this.#outcome(action, by));
    const inTime = this.#options.waiters.settle(job.key, outcome.reply);
    await this.#sendAll(job, target(action), outcome.messages);
    if (!inTime) await job.once('late', () => this.#late(job, action, outcome));
  }

  async #outcome(action: ActionJob, by: Author): Promise<ActionOutcome> {
    try {
      return await actOnCard(this.#options.assistant, action, by);
    } catch (thrown) {
      const error = toKbError(thrown);
      if (isPassing(error)) throw error;
      if (error.code === 'internal')
        this.#options.logger.error({ err: error }, 'A button could not be worked on');
      const sentence = error.sentence(action.value.l);
      return { reply: cardReply('error', sentence), messages: [], late: sentence };
    }
  }

  /** The callback was answered with "working on it": change the card and say what came of it. */
  async #late(job: Job, action: ActionJob, { reply, late }: ActionOutcome): Promise<void> {
    const { api, logger } = this.#options;
    if (reply.card) {
      try {
        await api.update(action.messageId, action.chatId, reply.card.data);
        return;
      } catch (error) {
        const failure = toKbError(error);
        if (isPassing(failure)) throw failure;
        logger.warn({ detail: failure.message }, 'A card could not be changed; sending text');
      }
    }
    if (late !== undefined) await this.#send(job, target(action), { text: late }, 'late');
  }

  async #sendAll(job: Job, to: ReplyTarget, replies: readonly Rendered[]): Promise<void> {
    for (const [index, reply] of replies.entries())
      await job.once(`send-${index}`, () => this.#send(job, to, reply, `reply-${index}`));
  }

  #send(job: Job, to: ReplyTarget, rendered: Rendered, step: string): Promise<void> {
    const { api, logger } = this.#options;
    return deliver(api, logger, to, rendered, job.key, step);
  }

  #author(id: string, chatId: string): Author {
    const permalink = chatLink(this.#options.config.domain, chatId);
    return { id, source: 'feishu', ...(permalink ? { permalink } : {}) };
  }
}

/** The queue's lane: one chat's events are worked on in their order. */
export function feishuLane(payload: string): string {
  return feishuJob.parse(JSON.parse(payload)).chatId;
}

function target(event: FeishuJob): ReplyTarget {
  const inThread = event.kind === 'message' && event.inThread;
  return { messageId: event.messageId, chatId: event.chatId, inThread };
}
