import type { Language } from '../../../language.ts';
import { preview } from '../../core/preview.ts';
import { type Card, type CardColor, type CardElement, card } from './card.ts';
import { paragraph } from './elements.ts';
import { fits, type Rendered } from './rendered.ts';
import { say } from './texts.ts';

/** Lines under a title. */
export interface Section {
  readonly title?: string;
  readonly lines: readonly string[];
}

export interface FittedOptions {
  readonly title: string;
  readonly color: CardColor;
  readonly language: Language;
  readonly sections: readonly Section[];
  /** Below the sections. */
  readonly footer?: readonly CardElement[];
  /** Elements below line `index` of the sections, counted through. */
  readonly below?: (index: number) => readonly CardElement[];
}

/** Lines shown on a card, and characters of each, from generous to tight. */
const STEPS = [
  { lines: 60, characters: 300 },
  { lines: 40, characters: 120 },
  { lines: 15, characters: 60 },
] as const;

/** A card of lines that keeps under the platform's limits: fewer, shorter lines with a word about the rest. */
export function fitted(options: FittedOptions): Rendered {
  const text = [
    options.title,
    ...options.sections.flatMap(({ title, lines }) => [...(title ? [title] : []), ...lines]),
  ].join('\n');
  const built = STEPS.map((step) => build(options, step.lines, step.characters));
  const chosen = built.find(fits);
  return chosen ? { card: chosen, text } : { text };
}

function build(options: FittedOptions, most: number, characters: number): Card {
  const { title, color, language, sections, footer = [], below = () => [] } = options;
  const elements: CardElement[] = [];
  let index = 0;
  let hidden = 0;
  for (const section of sections) {
    if (section.title && section.title !== title)
      elements.push(paragraph(section.title, { color: 'grey', size: 'notation' }));
    for (const line of section.lines) {
      if (index >= most) hidden++;
      else elements.push(paragraph(preview(line, characters).text), ...below(index));
      index++;
    }
  }
  if (hidden > 0) elements.push(paragraph(say(language, 'truncated', { count: hidden }), { color: 'grey' }));
  return card({ title, color, elements: [...elements, ...footer] });
}
