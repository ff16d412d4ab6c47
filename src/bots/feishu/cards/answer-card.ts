import type { Answer, AnswerMatch } from '../../core/answer.ts';
import { preview } from '../../core/preview.ts';
import { textBar } from '../../core/text-bar.ts';
import { type Card, type CardElement, card } from './card.ts';
import { button, buttonRow, folded, paragraph, rule } from './elements.ts';
import { fits, type Rendered } from './rendered.ts';
import { say } from './texts.ts';

/** Characters of a line that are shown before the rest is folded away. */
export const LINE_PREVIEW = 300;
const QUESTION_PREVIEW = 80;
const FORM_QUESTION = 500;

/** An answer: the warning first, the matches with score and bar, then the buttons. */
export function renderAnswer(answer: Answer): Rendered {
  return { card: fittingCard(answer), text: answerText(answer) };
}

/** Folds long lines in; over the platform's limit the lowest ones get a button instead, then shorter previews. */
function fittingCard(answer: Answer): Card {
  for (let foldedIn = answer.matches.length; foldedIn >= 0; foldedIn--) {
    const candidate = build(answer, foldedIn, LINE_PREVIEW);
    if (fits(candidate)) return candidate;
  }
  return build(answer, 0, LINE_PREVIEW / 5);
}

function build(answer: Answer, foldedIn: number, limit: number): Card {
  const { language, matches, lineCount } = answer;
  const empty = matches.length === 0;
  const title = say(language, empty ? 'emptyTitle' : answer.lowConfidence ? 'weakTitle' : 'strongTitle');
  const warning = empty && lineCount === 0 ? say(language, 'empty') : say(language, 'weak');
  return card({
    title,
    subtitle: preview(answer.question, QUESTION_PREVIEW).text,
    color: empty ? 'grey' : answer.lowConfidence ? 'orange' : 'green',
    elements: [
      ...(answer.lowConfidence ? [paragraph(warning, { color: 'orange' })] : []),
      ...matches.flatMap((match, index) => matchElements(answer, match, index + 1, index < foldedIn, limit)),
      ...feedback(answer),
    ],
  });
}

function matchElements(
  answer: Answer,
  match: AnswerMatch,
  rank: number,
  foldIn: boolean,
  limit: number,
): CardElement[] {
  const { language } = answer;
  const { text, cut } = preview(match.text, limit);
  const color = match.lowConfidence ? 'grey' : 'green';
  const score = match.score.toFixed(4);
  const shown = match.lowConfidence ? say(language, 'weakScore', { score }) : score;
  const whole = foldIn
    ? folded(say(language, 'showAll', { rank }), match.text)
    : button(say(language, 'showAll', { rank }), { a: 'whole', l: language, i: match.id });
  return [
    paragraph(`${rank}. ${text}`),
    paragraph(`${textBar(match.score)} ${shown}`, { color, size: 'notation' }),
    ...(cut ? [whole] : []),
  ];
}

function feedback({ language: l, questionId: q, question, lowConfidence, matches }: Answer): CardElement[] {
  if (q === undefined) return [];
  const t = preview(question, FORM_QUESTION).text;
  return [
    rule(),
    buttonRow([
      ...(matches.length === 0
        ? []
        : [
            button(say(l, 'helped'), { a: 'feedback', l, q, f: 'helped' }),
            button(say(l, 'notHelped'), { a: 'feedback', l, q, f: 'not-helped' }),
          ]),
      ...(lowConfidence ? [button(say(l, 'answerThis'), { a: 'form', l, g: q, t }, 'primary')] : []),
    ]),
  ];
}

function answerText(answer: Answer): string {
  const { language, matches, lineCount, lowConfidence } = answer;
  if (matches.length === 0) return say(language, lineCount === 0 ? 'empty' : 'weak');
  return [
    ...(lowConfidence ? [say(language, 'weak')] : []),
    ...matches.flatMap((match, index) => [
      say(language, match.lowConfidence ? 'weakMatch' : 'match', {
        rank: index + 1,
        text: match.text,
        score: match.score.toFixed(4),
      }),
      textBar(match.score),
    ]),
  ].join('\n');
}
