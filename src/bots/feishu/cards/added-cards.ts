import { KbError } from '../../../errors.ts';
import type { Language } from '../../../language.ts';
import { MAX_LINE_LENGTH } from '../../../store/faq-line.ts';
import type { RejectedLine } from '../../../store/knowledge-base.ts';
import type { CommandResult, NearDuplicate } from '../../core/command-result.ts';
import { preview } from '../../core/preview.ts';
import { textBar } from '../../core/text-bar.ts';
import { card } from './card.ts';
import { button, buttonRow, paragraph } from './elements.ts';
import { fitted, type Section } from './fitted.ts';
import type { Rendered } from './rendered.ts';
import { say } from './texts.ts';

type Added = Extract<CommandResult, { kind: 'added' }>;

/** Near-duplicate questions asked at once; a pasted file would flood the chat. */
export const QUESTIONS_AT_ONCE = 10;
const SHOWN = 200;

/** What was added, and a card of its own for each line that needs a decision, so that each can be answered alone. */
export function renderAdded(result: Added): Rendered[] {
  const { language, added, duplicates, rejected, nearDuplicates } = result;
  const sections: Section[] = [
    {
      title: say(language, 'added'),
      lines: added.map(({ text, id, addedBy }) => entry(language, text, id, addedBy)),
    },
    { title: say(language, 'duplicate'), lines: duplicates.map(({ text, id }) => `${text}\n${id}`) },
    { title: say(language, 'rejected'), lines: rejected.map((line) => reason(language, line)) },
  ].filter(({ lines }) => lines.length > 0);
  const more = nearDuplicates.length - QUESTIONS_AT_ONCE;
  const rest = more > 0 ? say(language, 'moreHeld', { count: more }) : undefined;
  const nothing = sections.length === 0 && nearDuplicates.length === 0;
  const outcome = say(language, added.length > 0 ? 'added' : 'nothingAdded');
  return [
    ...(sections.length > 0 || nothing
      ? [fitted({ title: outcome, color: added.length > 0 ? 'green' : 'grey', language, sections })]
      : []),
    ...nearDuplicates.slice(0, QUESTIONS_AT_ONCE).map((held) => renderNearDuplicate(language, held)),
    ...(rest === undefined ? [] : [{ text: rest }]),
  ];
}

const entry = (language: Language, text: string, id: string, by: string) =>
  `${text}\n${say(language, 'addedBy', { id, by })}`;

function reason(language: Language, { text, reason: code, length }: RejectedLine): string {
  const error = new KbError(code, { values: { length, limit: MAX_LINE_LENGTH } });
  return `${preview(text, SHOWN).text}\n${error.sentence(language)}`.trim();
}

function renderNearDuplicate(l: Language, { text, existing }: NearDuplicate): Rendered {
  const score = existing.score.toFixed(4);
  const lines = [
    say(l, 'nearDuplicateNew'),
    text,
    say(l, 'nearDuplicateExisting', { score }),
    existing.text,
    say(l, 'nearDuplicateAsk'),
  ] as const;
  return {
    text: lines.join('\n'),
    card: card({
      title: say(l, 'nearDuplicateTitle'),
      color: 'orange',
      elements: [
        paragraph(lines[0], { color: 'grey', size: 'notation' }),
        paragraph(preview(text, SHOWN).text),
        paragraph(lines[2], { color: 'grey', size: 'notation' }),
        paragraph(preview(existing.text, SHOWN).text),
        paragraph(textBar(existing.score), { color: 'green', size: 'notation' }),
        paragraph(lines[4]),
        buttonRow([
          button(say(l, 'addAnyway'), { a: 'add', l, t: text }, 'primary'),
          button(say(l, 'keepOld'), { a: 'keep', l }),
          button(say(l, 'replaceOld'), { a: 'replace', l, t: text, i: existing.id }, 'danger'),
        ]),
      ],
    }),
  };
}
