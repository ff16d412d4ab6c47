import { slackMessages } from '../../messages/slack.ts';
import type { Job } from '../core/job.ts';
import { toLines } from '../core/parse-message.ts';
import { isPassing } from '../core/passing-error.ts';
import { decodeMetadata } from './action-values.ts';
import { type Incoming, LINES_INPUT } from './incoming.ts';
import { publishHome } from './publish-home.ts';
import { renderResult } from './render-result.ts';
import { author, type SlackContext } from './slack-context.ts';

export type Submitted = Extract<Incoming, { kind: 'form' }>;

/** What is wrong with a sent form, as Slack shows it beside the field; undefined when nothing is. */
export function formMistake(form: Submitted): object | undefined {
  const metadata = decodeMetadata(form.metadata);
  if (metadata && toLines(form.lines).length > 0) return undefined;
  const errors = { [LINES_INPUT]: slackMessages[metadata?.l ?? 'en'].addNeedsText };
  return { response_action: 'errors', errors };
}

/** Adds the lines of a sent form and says how it went, to the sender alone. */
export async function submitForm(context: SlackContext, form: Submitted, job: Job): Promise<void> {
  const metadata = decodeMetadata(form.metadata);
  if (!metadata) return;
  const { l: language, channel, thread, gap } = metadata;
  const lines = toLines(form.lines);
  const result = await job.once('result', async () => {
    const by = await author(context, form.user, { channel, ts: thread });
    const outcome =
      gap === undefined
        ? await context.assistant.run({ kind: 'add', lines }, { by, language })
        : await context.assistant.answerGap(gap, lines, { by, language });
    if (outcome.kind === 'failed' && isPassing(outcome.error)) throw outcome.error;
    return outcome;
  });
  await context.people.nameOf(form.user);
  const message = renderResult(result, {
    private: true,
    hold: (text) => context.held.hold(text),
    gap,
    nameOf: context.people.knownName,
  });
  await job.once('sent', () =>
    context.replies.send({ user: form.user, channel, thread, private: true }, message),
  );
  if (channel === undefined) await publishHome(context, form.user);
}
