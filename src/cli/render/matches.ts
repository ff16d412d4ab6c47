import stringWidth from 'string-width';
import type { AnswerMatch } from '../../bots/core/answer.ts';
import { answerMessages } from '../../messages/answer.ts';
import { paintBar } from './bar.ts';
import { hang } from './hang.ts';
import { padEnd, padStart } from './pad.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';

/** Cells of a bar. */
export const BAR_CELLS = 20;
const MIN_CELLS = 5;
/** From this width on a match is one row with the text at its end; below it the bar stands under the text. */
const ONE_ROW_WIDTH = 78;

/** A score as every surface shows it. */
export const formatScore = (score: number) => score.toFixed(4);

/** Characters of an id that are shown with a match: enough to remove the line by. */
const ID_SHOWN = 6;

/** Matches, best first: rank, bar, score, a word where weak, the beginning of the id, and the line. */
export function renderMatches(matches: readonly AnswerMatch[], style: Style): string[] {
  const weakMark = answerMessages[style.language].weakMark;
  const columns = {
    rank: String(matches.length).length + 1,
    score: Math.max(0, ...matches.map((match) => formatScore(match.score).length)),
    weak: matches.some((match) => match.lowConfidence) ? stringWidth(weakMark) + 2 : 0,
  };
  const oneRow = style.width >= ONE_ROW_WIDTH;
  const besideBar = columns.rank + 2 + 2 + columns.score + columns.weak + 2 + ID_SHOWN;
  const cells = oneRow ? BAR_CELLS : Math.max(MIN_CELLS, Math.min(BAR_CELLS, style.width - besideBar));
  return matches.flatMap((match, index) => {
    const weak = match.lowConfidence;
    const rank = style.paint('faint', padStart(String(index + 1), columns.rank));
    const bar = paintBar(match.score, cells, weak, style);
    const score = style.paint(weak ? 'weak' : 'strong', padStart(formatScore(match.score), columns.score));
    const mark = padEnd(weak ? style.paint('weak', `  ${weakMark}`) : '', columns.weak);
    const id = style.paint('faint', printable(match.id.slice(0, ID_SHOWN)));
    const measure = `${bar}  ${score}${mark}  ${id}`;
    const text = printable(match.text);
    const role = weak ? 'weak' : undefined;
    if (oneRow) return hang(`${rank}  ${measure}  `, text, style, role);
    return [...hang(`${rank}  `, text, style, role), `${' '.repeat(columns.rank + 2)}${measure}`];
  });
}
