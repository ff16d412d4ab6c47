import { KbError, toKbError } from '../../errors.ts';
import { answerMessages } from '../../messages/answer.ts';
import { commandMessages } from '../../messages/commands.ts';
import { things } from '../../messages/errors.ts';
import { fillMessage } from '../../messages/fill-message.ts';
import { slackMessages } from '../../messages/slack.ts';
import type { CommandResult } from '../core/command-result.ts';
import type { Job } from '../core/job.ts';
import { isPassing } from '../core/passing-error.ts';
import { type ActionName, type ActionValue, actionName, decodeValue } from './action-values.ts';
import { type SlackMessage, smallPrint } from './blocks.ts';
import type { Incoming } from './incoming.ts';
import { renderAnswer } from './render-answer.ts';
import { renderResult, said } from './render-result.ts';
import type { ReplyOptions } from './reply.ts';
import { replyToPresser } from './reply-target.ts';
import { author, type SlackContext } from './slack-context.ts';

export type Pressed = Extract<Incoming, { kind: 'action' }>;

interface Reply {
  readonly message: SlackMessage;
  readonly options?: ReplyOptions;
}
type Handler<Name extends ActionName> = (
  context: SlackContext,
  value: ActionValue<Name>,
  pressed: Pressed,
) => Promise<Reply>;

type Kept = Exclude<ActionName, 'open_add' | 'answer_gap' | 'show_line'>;

const handlers: { readonly [Name in Kept]: Handler<Name> } = {
  feedback_helped: async (context, { l, q }, { user }) => {
    await context.assistant.feedback(q, { id: user, source: 'slack' }, 'helped');
    return { message: said(answerMessages[l].thanksHelped) };
  },
  feedback_not_helped: async (context, { l, q }, { user }) => {
    await context.assistant.feedback(q, { id: user, source: 'slack' }, 'not-helped');
    return { message: said(answerMessages[l].thanksNotHelped) };
  },
  share: async (context, { l, q }, { user }) => {
    const answer = await context.assistant.recall(q);
    const message = renderAnswer(answer, { language: l, private: false });
    const by = fillMessage(slackMessages[l].sharedBy, { by: `<@${user}>` });
    return {
      message: { ...message, blocks: [smallPrint(by), ...message.blocks] },
      options: { public: true },
    };
  },
  add_anyway: async (context, value, pressed) => {
    const text = lineOf(context, value);
    const by = await author(context, pressed.user, pressed);
    const run = { by, language: value.l, addAnyway: true };
    const result =
      value.gap === undefined
        ? await context.assistant.run({ kind: 'add', lines: [text] }, run)
        : await context.assistant.answerGap(value.gap, [text], run);
    return changed(context, result, value.only);
  },
  keep_old: async (_, { l, only }) => ({
    message: said(commandMessages[l].kept),
    options: { replace: only },
  }),
  replace_old: async (context, value, pressed) => {
    const by = await author(context, pressed.user, pressed);
    const text = lineOf(context, value);
    return changed(
      context,
      await context.assistant.replace(value.id, text, { by, language: value.l }),
      value.only,
    );
  },
  list_page: async (context, { l, page }, { user }) => {
    const by = { id: user, source: 'slack' };
    const result = await context.assistant.run({ kind: 'list', page }, { by, language: l });
    return changed(context, result, true);
  },
};

/** Does what a pressed button says. Rejects with a passing error to be called again with the same job. */
export async function pressButton(context: SlackContext, pressed: Pressed, job: Job): Promise<void> {
  const target = replyToPresser(pressed);
  const { message, options } = await job.once('result', async () => {
    await context.people.nameOf(pressed.user);
    return handle(context, pressed);
  });
  await job.once('sent', () => context.replies.send(target, message, options));
}

async function handle(context: SlackContext, pressed: Pressed): Promise<Reply> {
  const name = actionName(pressed.actionId);
  if (name === undefined || !(name in handlers)) return stale(context, pressed);
  return dispatch(context, name as Kept, pressed);
}

async function dispatch<Name extends Kept>(
  context: SlackContext,
  name: Name,
  pressed: Pressed,
): Promise<Reply> {
  const value = decodeValue(name, pressed.value);
  if (value === undefined) return stale(context, pressed);
  try {
    return await handlers[name](context, value, pressed);
  } catch (thrown) {
    const error = toKbError(thrown);
    if (isPassing(error)) throw error;
    if (error.code === 'not_found' && 'line' in value && 'held' in value.line)
      return { message: said(slackMessages[value.l].heldGone) };
    return { message: renderResult({ kind: 'failed', language: value.l, error }, noContext) };
  }
}

async function stale(context: SlackContext, pressed: Pressed): Promise<Reply> {
  return { message: said(slackMessages[await context.people.languageOf(pressed.user)].staleButton) };
}

function lineOf(
  context: SlackContext,
  value: ActionValue<'add_anyway'> | ActionValue<'replace_old'>,
): string {
  const text = 'text' in value.line ? value.line.text : context.held.get(value.line.held);
  if (text === undefined) throw new KbError('not_found', { values: { what: things.line, id: '' } });
  return text;
}

function changed(context: SlackContext, result: CommandResult, replace: boolean): Reply {
  if (result.kind === 'failed' && isPassing(result.error)) throw result.error;
  const message = renderResult(result, {
    private: true,
    hold: (text) => context.held.hold(text),
    nameOf: context.people.knownName,
  });
  return { message, options: { replace: replace && result.kind !== 'failed' } };
}

const noContext = { private: true, hold: () => '', nameOf: (id: string) => id };
