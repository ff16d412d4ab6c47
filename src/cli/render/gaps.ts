import { commandMessages } from '../../messages/commands.ts';
import { terminalMessages } from '../../messages/terminal.ts';
import type { Gap } from '../../store/question-log.ts';
import { hang } from './hang.ts';
import { formatScore } from './matches.ts';
import { padStart } from './pad.ts';
import { printable } from './printable.ts';
import { say } from './say.ts';
import type { Style } from './style.ts';

/** The questions that wait for an answer, most asked first. */
export function renderGaps(gaps: readonly Gap[], style: Style): string[] {
  const messages = commandMessages[style.language];
  if (gaps.length === 0) return hang('', messages.gapsEmpty, style);
  return [style.paint('heading', messages.gaps), ...renderGapRows(gaps, style)];
}

/** The rows alone, for a place that has its own heading. */
export function renderGapRows(gaps: readonly Gap[], style: Style): string[] {
  const width = String(gaps.length).length + 1;
  const indent = ' '.repeat(width + 2);
  const messages = commandMessages[style.language];
  return gaps.flatMap((gap, index) => {
    const rank = style.paint('faint', padStart(String(index + 1), width));
    const wordings = gap.otherWordings.join(style.language === 'zh' ? '；' : '; ');
    return [
      ...hang(`${rank}  `, printable(gap.question), style),
      ...hang(indent, askedHowOften(gap, style), style, 'faint'),
      ...(wordings === '' ? [] : hang(indent, say(messages.gapWordings, { wordings }), style, 'faint')),
    ];
  });
}

function askedHowOften(gap: Gap, style: Style): string {
  const messages = terminalMessages[style.language];
  if (gap.bestScore === undefined) return say(messages.askedUnscored, { count: gap.count });
  return say(messages.asked, { count: gap.count, score: formatScore(gap.bestScore) });
}
