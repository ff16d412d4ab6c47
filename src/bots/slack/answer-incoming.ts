import { detectLanguage, type Language } from '../../language.ts';
import { answerMessages } from '../../messages/answer.ts';
import { slackMessages } from '../../messages/slack.ts';
import type { Command } from '../core/command.ts';
import type { CommandResult } from '../core/command-result.ts';
import type { Job } from '../core/job.ts';
import { parseCommand, parseMessage } from '../core/parse-message.ts';
import { isPassing } from '../core/passing-error.ts';
import type { Incoming } from './incoming.ts';
import { renderResult, said } from './render-result.ts';
import type { ReplyTarget } from './reply.ts';
import { reaction, withSignOfLife } from './sign-of-life.ts';
import { asker, author, type Place, type SlackContext } from './slack-context.ts';
import { decodeSlackText, stripMention } from './slack-text.ts';

/** A message, a slash command or the message shortcut: everything that is asked in words. */
export type Asked = Extract<Incoming, { kind: 'message' | 'command' | 'shortcut' }>;

/** Answers what was asked in words. Rejects with a passing error to be called again with the same job. */
export async function answerIncoming(context: SlackContext, asked: Asked, job: Job): Promise<void> {
  const text = await readableText(context, asked);
  const command = commandOf(asked, text);
  const language = detectLanguage(text);
  const target = targetOf(asked);
  if (asked.kind === 'shortcut' && text === '') {
    await context.replies.send(target, said(slackMessages[language].lookUpEmpty));
    return;
  }
  const sign =
    asked.kind === 'message'
      ? reaction(context.client, asked.channel, asked.ts)
      : { show: () => context.replies.send(target, said(answerMessages[language].searching)) };
  const result = await job.once('result', () =>
    withSignOfLife(sign, () => runCommand(context, command, asked, language), context),
  );
  if (result.kind === 'added') await context.people.nameOf(asked.user);
  const message = renderResult(result, {
    private: target.private,
    hold: (line) => context.held.hold(line),
    nameOf: context.people.knownName,
  });
  await job.once('sent', () => context.replies.send(target, message));
}

/** Where the answer to something said goes: a mention is answered in its thread, a command to the asker alone. */
export function targetOf(asked: Asked): ReplyTarget {
  const { user, channel } = asked;
  if (asked.kind !== 'message') return { user, channel, responseUrl: asked.responseUrl, private: true };
  const thread = asked.thread ?? (asked.direct ? undefined : asked.ts);
  return { user, channel, thread, private: false };
}

/** What a person wrote, without the bot's mention. */
export function readableText(context: SlackContext, asked: Asked): Promise<string> {
  const text =
    asked.kind === 'message' ? stripMention(asked.text, context.identity().botUser) : asked.text.trim();
  return decodeSlackText(text, (id) => context.people.nameOf(id));
}

function commandOf(asked: Asked, text: string): Command {
  if (asked.kind === 'shortcut') return { kind: 'ask', question: text };
  if (asked.kind === 'command') return parseCommand(text);
  return text === '' ? { kind: 'help' } : parseMessage(text);
}

async function runCommand(
  context: SlackContext,
  command: Command,
  asked: Asked,
  language: Language,
): Promise<CommandResult> {
  const place: Place = {
    channel: asked.channel,
    ...(asked.kind === 'command' ? {} : { ts: asked.ts }),
    ...(asked.kind === 'message' ? { thread: asked.thread } : {}),
  };
  const changes = command.kind === 'add' || command.kind === 'remove' || command.kind === 'undo';
  const by = changes ? await author(context, asked.user, place) : asker(context, asked.user, place);
  const result = await context.assistant.run(command, { by, language });
  if (result.kind === 'failed' && isPassing(result.error)) throw result.error;
  if (result.kind === 'failed') context.logger.debug({ code: result.error.code }, 'Slack: a command failed');
  return result;
}
