import type { Language } from '../../../language.ts';
import { FORM_INPUT } from '../action-value.ts';
import { card, plain } from './card.ts';
import { paragraph } from './elements.ts';
import type { Rendered } from './rendered.ts';
import { say } from './texts.ts';

/** Characters that the platform's input takes. */
export const FORM_LIMIT = 1000;

/** The form for many lines at once, or for the answer to a question. */
export function renderForm(language: Language, gap?: { id: string; question: string }): Rendered {
  const title = say(language, gap ? 'gapFormTitle' : 'formTitle');
  const question = gap && say(language, 'formQuestion', { question: gap.question });
  const value = { a: 'submit', l: language, ...(gap ? { g: gap.id } : {}) };
  return {
    text: [...(question ? [question] : []), say(language, 'addForm')].join('\n'),
    card: card({
      title,
      color: 'blue',
      elements: [
        ...(question ? [paragraph(question)] : []),
        {
          tag: 'form',
          name: 'add',
          elements: [
            {
              tag: 'input',
              name: FORM_INPUT,
              required: true,
              input_type: 'multiline_text',
              rows: 5,
              auto_resize: true,
              width: 'fill',
              max_length: FORM_LIMIT,
              label: plain(say(language, 'formLabel')),
              placeholder: plain(say(language, 'formPlaceholder')),
            },
            {
              tag: 'button',
              name: 'submit',
              text: plain(say(language, 'formSubmit')),
              type: 'primary',
              form_action_type: 'submit',
              behaviors: [{ type: 'callback', value }],
            },
          ],
        },
        paragraph(say(language, 'formInChat', { limit: FORM_LIMIT }), { color: 'grey', size: 'notation' }),
      ],
    }),
  };
}
