import type { CommandResult, NearDuplicate } from '../../bots/core/command-result.ts';
import { commandMessages } from '../../messages/commands.ts';
import { hang } from './hang.ts';
import { renderLines } from './lines.ts';
import { formatScore } from './matches.ts';
import { printable } from './printable.ts';
import { renderRejected } from './rejected.ts';
import { say } from './say.ts';
import type { Style } from './style.ts';

type Added = Extract<CommandResult, { kind: 'added' }>;

/** Signs that tell the outcomes apart without colour. */
const SIGNS = { added: '+', there: '=', held: '?', rejected: '!' } as const;

/** What became of each line of an `add`. */
export function renderAdded(result: Added, style: Style): string[] {
  const messages = commandMessages[style.language];
  const { added, duplicates, rejected, nearDuplicates } = result;
  const section = (sign: string, title: string, rows: readonly string[]) =>
    rows.length === 0 ? [] : [`${sign} ${style.paint('heading', title)}`, ...rows.map((row) => `  ${row}`)];
  const inner = { ...style, width: style.width - 2 };
  const sections = [
    ...section(style.paint('strong', SIGNS.added), messages.added, renderLines(added, inner)),
    ...section(style.paint('faint', SIGNS.there), messages.duplicate, renderLines(duplicates, inner)),
    ...section(
      style.paint('warning', SIGNS.held),
      messages.nearDuplicate,
      nearDuplicates.flatMap((pair) => renderNearDuplicate(pair, inner)),
    ),
    ...section(style.paint('error', SIGNS.rejected), messages.rejected, renderRejected(rejected, inner)),
  ];
  return sections.length === 0 ? [messages.nothingAdded] : sections;
}

/** A new line beside the one that says nearly the same. */
export function renderNearDuplicate(pair: NearDuplicate, style: Style): string[] {
  const messages = commandMessages[style.language];
  const score = formatScore(pair.existing.score);
  return [
    ...hang(`${style.paint('faint', messages.nearDuplicateNew)}  `, printable(pair.text), style),
    ...hang(
      `${style.paint('faint', say(messages.nearDuplicateExisting, { score }))}  `,
      printable(pair.existing.text),
      style,
    ),
  ];
}
