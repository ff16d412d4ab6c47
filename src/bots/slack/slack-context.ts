import type { webApi } from '@slack/bolt';
import type { Author } from '../../store/knowledge-base.ts';
import type { Assistant } from '../core/assistant.ts';
import type { BotLogger } from '../core/bot-logger.ts';
import type { SlackIdentity } from './check-credentials.ts';
import type { HeldLines } from './held-lines.ts';
import type { People } from './people.ts';
import type { Replies } from './reply.ts';

/** What the handlers of one bot share. */
export interface SlackContext {
  readonly assistant: Assistant;
  readonly client: webApi.WebClient;
  readonly people: People;
  readonly replies: Replies;
  readonly held: HeldLines;
  readonly logger: BotLogger;
  /** Milliseconds after which an answer gets a sign of life. */
  readonly slowMs: number;
  /** Who the bot is; known once it was started. */
  identity(): SlackIdentity;
}

/** Where in Slack somebody acts. */
export interface Place {
  readonly channel: string | undefined;
  /** The message that asks, or that holds the pressed button. */
  readonly ts?: string | undefined;
  readonly thread?: string | undefined;
}

/** The author of a question: with a link made here, since Slack needs a request for each that it makes. */
export function asker(context: SlackContext, user: string, place: Place): Author {
  const permalink = madeLink(context, place);
  return { id: user, source: 'slack', ...(permalink === undefined ? {} : { permalink }) };
}

/** The author of a change: with the link that Slack gives, which the history keeps. */
export async function author(context: SlackContext, user: string, place: Place): Promise<Author> {
  if (place.channel === undefined || place.ts === undefined) return asker(context, user, place);
  try {
    const { permalink } = await context.client.chat.getPermalink({
      channel: place.channel,
      message_ts: place.ts,
    });
    if (permalink) return { id: user, source: 'slack', permalink };
  } catch (error) {
    context.logger.debug({ err: error }, 'Slack gave no permalink');
  }
  return asker(context, user, place);
}

function madeLink(context: SlackContext, place: Place): string | undefined {
  const { url } = context.identity();
  if (url === '' || place.channel === undefined) return undefined;
  const channel = `${url}archives/${place.channel}`;
  if (place.ts === undefined) return channel;
  const thread =
    place.thread === undefined || place.thread === place.ts
      ? ''
      : `?thread_ts=${place.thread}&cid=${place.channel}`;
  return `${channel}/p${place.ts.replace('.', '')}${thread}`;
}
