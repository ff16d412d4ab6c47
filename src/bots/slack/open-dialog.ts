import type { types } from '@slack/bolt';
import { KbError, toKbError } from '../../errors.ts';
import type { Language } from '../../language.ts';
import { type ActionName, actionName, decodeValue } from './action-values.ts';
import type { Pressed } from './press-button.ts';
import { renderResult } from './render-result.ts';
import type { ReplyTarget } from './reply.ts';
import { replyToPresser } from './reply-target.ts';
import type { SlackContext } from './slack-context.ts';
import { errorCode } from './slack-problem.ts';
import { addDialog, lineDialog } from './views.ts';

/** Opens the dialog that a pressed button asks for; Slack gives three seconds for it. */
export async function openDialog(context: SlackContext, pressed: Pressed): Promise<void> {
  const name = actionName(pressed.actionId);
  const language = languageOf(name, pressed.value) ?? (await context.people.languageOf(pressed.user));
  const target = replyToPresser(pressed);
  await open(context, target, pressed.trigger, language, async () => {
    if (name === 'show_line') {
      const value = decodeValue(name, pressed.value);
      if (value) return lineDialog(await context.assistant.line(value.id), language);
    }
    const gap = name === 'answer_gap' ? decodeValue(name, pressed.value) : undefined;
    return addForm(context, target, language, gap);
  });
}

/** Opens the form of `/kb add` without a line. */
export async function openAddForm(
  context: SlackContext,
  target: ReplyTarget,
  trigger: string,
  language: Language,
): Promise<void> {
  await open(context, target, trigger, language, async () => addForm(context, target, language));
}

function addForm(
  context: SlackContext,
  { user, channel, thread }: ReplyTarget,
  language: Language,
  gap?: { gap: string; question: string },
): types.ModalView {
  if (!context.assistant.isEditor({ id: user, source: 'slack' })) throw new KbError('forbidden');
  const metadata = {
    l: language,
    ...(channel === undefined ? {} : { channel }),
    ...(thread === undefined ? {} : { thread }),
    ...(gap === undefined ? {} : { gap: gap.gap }),
  };
  return addDialog(metadata, gap?.question);
}

async function open(
  context: SlackContext,
  target: ReplyTarget,
  trigger: string,
  language: Language,
  view: () => Promise<types.ModalView>,
): Promise<void> {
  try {
    await context.client.views.open({ trigger_id: trigger, view: await view() });
  } catch (thrown) {
    const code = errorCode(thrown);
    if (code !== undefined) context.logger.warn({ code }, 'Slack: a dialog could not be opened');
    const error = code === undefined ? toKbError(thrown) : new KbError('busy', { cause: thrown });
    const message = renderResult(
      { kind: 'failed', language, error },
      { private: true, hold: () => '', nameOf: (id) => id },
    );
    await context.replies.send(target, message);
  }
}

function languageOf(name: ActionName | undefined, value: string): Language | undefined {
  return name === undefined ? undefined : decodeValue(name, value)?.l;
}
