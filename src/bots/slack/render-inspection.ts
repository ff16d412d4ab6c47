import type { Language } from '../../language.ts';
import { commandMessages } from '../../messages/commands.ts';
import { fillMessage } from '../../messages/fill-message.ts';
import type { Inspection } from '../core/command-result.ts';
import { preview } from '../core/preview.ts';
import { frame, paragraph, plain, type SlackMessage, sentence } from './blocks.ts';
import { fitBlocks, message } from './fit-message.ts';
import { renderMatches } from './render-answer.ts';

const LEVELS = '▁▂▃▄▅▆▇█';

/** What is behind the vector of a text. */
export function renderInspection(inspection: Inspection, language: Language): SlackMessage {
  const t = commandMessages[language];
  const numbers = ['norm', 'min', 'max', 'mean', 'standardDeviation'] as const;
  const summary = fillMessage(t.inspection, {
    model: inspection.model,
    fingerprint: inspection.fingerprint,
    dimensions: inspection.dimensions,
    tokens: inspection.tokens,
    ...Object.fromEntries(numbers.map((name) => [name, inspection[name].toFixed(4)])),
  });
  const values = inspection.firstValues.map((value) => value.toFixed(4)).join(' ');
  const blocks = fitBlocks(inspection.nearest.length, (room) => [
    paragraph(plain(preview(inspection.text, room.lineLength).text, 'bold')),
    paragraph(plain(summary)),
    sentence(`*${fillMessage(t.firstValues, { count: inspection.firstValues.length })}*`),
    frame(values),
    sentence(`*${t.histogram}*`),
    frame(`${sparkline(inspection.histogram)}\n${inspection.min.toFixed(4)} … ${inspection.max.toFixed(4)}`),
    ...(inspection.nearest.length > 0 ? [sentence(`*${t.nearest}*`)] : []),
    ...renderMatches(inspection.nearest, room, language),
  ]);
  return message(summary, blocks);
}

/** Counts as one line of bars, the highest full. */
function sparkline(counts: readonly number[]): string {
  const highest = Math.max(1, ...counts);
  return counts.map((count) => LEVELS[Math.round((count / highest) * (LEVELS.length - 1))]).join('');
}
