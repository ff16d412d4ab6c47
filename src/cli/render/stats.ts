import type { KnowledgeStats } from '../../bots/core/command-result.ts';
import { commandMessages } from '../../messages/commands.ts';
import { renderGapRows } from './gaps.ts';
import { hang } from './hang.ts';
import { say } from './say.ts';
import type { Style } from './style.ts';

/** How the knowledge base does. */
export function renderStats(stats: KnowledgeStats, style: Style): string[] {
  const messages = commandMessages[style.language];
  const weakShare =
    stats.questionsThisWeek === 0
      ? '0%'
      : `${Math.round((100 * stats.weakThisWeek) / stats.questionsThisWeek)}%`;
  const { lines, questionsThisWeek, helped, notHelped, questionsEver, model } = stats;
  const text = say(messages.stats, {
    lines,
    questionsThisWeek,
    weakShare,
    helped,
    notHelped,
    questionsEver,
    model,
  });
  return [
    ...text.split('\n').flatMap((row) => hang('', row, style)),
    ...(stats.topGaps.length === 0
      ? []
      : [style.paint('heading', messages.topGaps), ...renderGapRows(stats.topGaps, style)]),
  ];
}
