import type { Inspection } from '../../bots/core/command-result.ts';
import { commandMessages } from '../../messages/commands.ts';
import { scoreBar } from './bar.ts';
import { hang } from './hang.ts';
import { BAR_CELLS, formatScore, renderMatches } from './matches.ts';
import { padStart } from './pad.ts';
import { say } from './say.ts';
import type { Style } from './style.ts';

const VALUE_COLUMNS = 9;
/** Values in a row where there is no screen to fill. */
const VALUES_A_ROW = 10;

/** What is behind a text's vector: its model, its values and their spread, its nearest lines. */
export function renderInspection(inspection: Inspection, style: Style): string[] {
  const messages = commandMessages[style.language];
  const { model, fingerprint, dimensions, tokens, norm, min, max, mean, standardDeviation } = inspection;
  const facts = say(messages.inspection, {
    model,
    fingerprint,
    dimensions,
    tokens,
    norm: formatScore(norm),
    min: formatScore(min),
    max: formatScore(max),
    mean: formatScore(mean),
    standardDeviation: formatScore(standardDeviation),
  });
  const heading = (text: string) => style.paint('heading', text);
  return [
    ...facts.split('\n').flatMap((row) => hang('', row, style)),
    heading(say(messages.firstValues, { count: inspection.firstValues.length })),
    ...renderValues(inspection.firstValues, style),
    heading(messages.histogram),
    ...renderHistogram(inspection, style),
    ...(inspection.nearest.length === 0
      ? []
      : [heading(messages.nearest), ...renderMatches(inspection.nearest, style)]),
  ];
}

function renderValues(values: readonly number[], style: Style): string[] {
  const perRow = Number.isFinite(style.width)
    ? Math.max(1, Math.min(VALUES_A_ROW, Math.floor(style.width / VALUE_COLUMNS)))
    : VALUES_A_ROW;
  const rows: string[] = [];
  for (let start = 0; start < values.length; start += perRow) {
    const row = values.slice(start, start + perRow);
    rows.push(row.map((value) => padStart(formatScore(value), VALUE_COLUMNS)).join(''));
  }
  return rows;
}

/** One bar a bin, as long as its share of the fullest bin, with the bin's lower edge and its count. */
function renderHistogram({ histogram, min, max }: Inspection, style: Style): string[] {
  const fullest = Math.max(1, ...histogram);
  const step = (max - min) / histogram.length;
  return histogram.map((count, bin) => {
    const edge = padStart(formatScore(min + bin * step), VALUE_COLUMNS);
    const { filled } = scoreBar(count / fullest, BAR_CELLS * 2);
    return `${edge}  ${style.paint('strong', filled)} ${style.paint('faint', String(count))}`;
  });
}
