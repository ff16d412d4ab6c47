import stringWidth from 'string-width';
import { formatBytes } from '../../hub/format-bytes.ts';
import type { ModelList, UnfinishedPull } from '../../hub/home/list-models.ts';
import { recordBytes } from '../../hub/home/record.ts';
import type { PulledFolder } from '../../hub/pull-model.ts';
import { modelMessages } from '../../messages/models.ts';
import { formatMinute } from './dates.ts';
import { hang } from './hang.ts';
import { padEnd } from './pad.ts';
import { say } from './say.ts';
import type { Style } from './style.ts';

/** Digits of a commit that tell it apart. */
const SHORT_COMMIT = 12;

/** Where a pulled model is, and the setting that uses it. */
export function renderPulled({ record, folder, already }: PulledFolder, style: Style): string[] {
  const messages = modelMessages[style.language];
  const values = {
    model: record.id,
    folder,
    size: formatBytes(recordBytes(record)),
    revision: record.revision.slice(0, SHORT_COMMIT),
  };
  const setting = /rerank/i.test(record.id) ? 'KB_RERANKER' : 'KB_MODEL';
  return [
    ...hang('', say(already ? messages.already : messages.pulled, values), style),
    ...hang('', say(messages.useIt, { setting, model: record.id }), style),
  ];
}

/** All models as a table, with a sentence for each that is not whole. */
export function renderModels({ models, unfinished }: ModelList, home: string, style: Style): string[] {
  const messages = modelMessages[style.language];
  if (models.length + unfinished.length === 0) return hang('', say(messages.noModels, { home }), style);
  const head = [
    messages.modelHead,
    messages.sizeHead,
    messages.revisionHead,
    messages.pulledHead,
    messages.placeHead,
  ];
  const rows = models.map(({ record, bytes, folder }) => [
    record.id,
    formatBytes(bytes),
    record.revision.slice(0, SHORT_COMMIT),
    formatMinute(new Date(record.pulledAt)),
    folder,
  ]);
  const damaged = models.filter(({ missing }) => missing.length > 0);
  return [
    ...(models.length > 0 ? table([head, ...rows], style) : []),
    ...damaged.flatMap(({ record, missing }) =>
      warning(say(messages.damagedModel, { model: record.id, files: missing.join(', ') }), style),
    ),
    ...unfinished.flatMap((pull) => warning(unfinishedSentence(pull, style), style)),
  ];
}

function unfinishedSentence({ id, plan, bytes, running }: UnfinishedPull, style: Style): string {
  const messages = modelMessages[style.language];
  if (!plan) return say(running ? messages.runningUnknown : messages.unfinishedUnknown, { model: id });
  const values = { model: id, done: formatBytes(bytes), total: formatBytes(recordBytes(plan)) };
  return say(running ? messages.running : messages.unfinished, values);
}

function warning(sentence: string, style: Style): string[] {
  return hang('', sentence, style, 'warning');
}

/** Columns as wide as they need; the last may be as long as it likes. */
function table(rows: readonly (readonly string[])[], style: Style): string[] {
  const widths = rows.reduce<number[]>(
    (wide, row) => row.map((cell, column) => Math.max(wide[column] ?? 0, stringWidth(cell))),
    [],
  );
  return rows.map((row, index) => {
    const text = row
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd();
    return index === 0 ? style.paint('faint', text) : text;
  });
}
