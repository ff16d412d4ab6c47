import { KbError } from '../../errors.ts';
import type { Language } from '../../language.ts';
import type { Author } from '../../store/knowledge-base.ts';
import type { Assistant } from '../core/assistant.ts';
import type { CommandResult } from '../core/command-result.ts';
import { toLines } from '../core/parse-message.ts';
import { isPassing } from '../core/passing-error.ts';
import type { ActionJob } from './card-event.ts';
import { type CardReply, cardReply } from './card-reply.ts';
import { card } from './cards/card.ts';
import { paragraph } from './cards/elements.ts';
import { renderForm } from './cards/form-card.ts';
import { renderResult } from './cards/render-result.ts';
import { fits, type Rendered } from './cards/rendered.ts';
import { say } from './cards/texts.ts';

export interface ActionOutcome {
  readonly reply: CardReply;
  /** Messages that follow below the card. */
  readonly messages: readonly Rendered[];
  /** Said in the chat where the press can no longer be answered in time; absent where nobody misses it. */
  readonly late?: string;
}

/** Does what a pressed button asks for. Rejects with the passing error where the engine is away. */
export async function actOnCard(assistant: Assistant, job: ActionJob, by: Author): Promise<ActionOutcome> {
  const { value } = job;
  const { l } = value;
  const options = { by, language: l };
  switch (value.a) {
    case 'feedback': {
      await assistant.feedback(value.q, by, value.f);
      const key = value.f === 'helped' ? 'thanksHelped' : 'thanksNotHelped';
      return { reply: cardReply('success', say(l, key)), messages: [] };
    }
    case 'form':
      if (!assistant.isEditor(by)) return refused(new KbError('forbidden'), l);
      return {
        reply: cardReply('info', say(l, 'gapFormTitle')),
        messages: [renderForm(l, { id: value.g, question: value.t })],
      };
    case 'submit': {
      const lines = toLines(job.input ?? '');
      if (lines.length === 0) return { reply: cardReply('warning', say(l, 'formEmpty')), messages: [] };
      return changed(
        value.g === undefined
          ? await assistant.run({ kind: 'add', lines }, options)
          : await assistant.answerGap(value.g, lines, options),
        l,
      );
    }
    case 'add':
      return changed(
        await assistant.run({ kind: 'add', lines: [value.t] }, { ...options, addAnyway: true }),
        l,
      );
    case 'replace':
      return changed(await assistant.replace(value.i, value.t, options), l);
    case 'keep': {
      if (!assistant.isEditor(by)) return refused(new KbError('forbidden'), l);
      const kept = say(l, 'kept');
      const shown = card({ title: kept, color: 'grey', elements: [paragraph(kept)] });
      return { reply: cardReply('info', kept, shown), messages: [] };
    }
    case 'page':
      return changed(await assistant.run({ kind: 'list', page: value.p }, options), l);
    case 'whole': {
      const line = await assistant.line(value.i);
      return { reply: cardReply('info', say(l, 'wholeLine')), messages: [{ text: line.text }] };
    }
  }
}

/** The outcome takes the card's place, so that its buttons cannot be pressed twice. */
function changed(result: CommandResult, language: Language): ActionOutcome {
  if (result.kind === 'failed') {
    if (isPassing(result.error)) throw result.error;
    return refused(result.error, language);
  }
  const [first, ...rest] = renderResult(result);
  const shown = first?.card && fits(first.card) ? first.card : undefined;
  const text = shown?.header.title.content ?? say(language, 'done');
  return {
    reply: cardReply(result.kind === 'added' && result.added.length === 0 ? 'info' : 'success', text, shown),
    messages: shown || !first ? rest : [first, ...rest],
    late: text,
  };
}

function refused(error: KbError, language: Language): ActionOutcome {
  const sentence = error.sentence(language);
  return { reply: cardReply('error', sentence), messages: [], late: sentence };
}
