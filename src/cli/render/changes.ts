import { commandMessages } from '../../messages/commands.ts';
import { terminalMessages } from '../../messages/terminal.ts';
import type { Change } from '../../store/knowledge-base.ts';
import { formatMinute } from './dates.ts';
import { hang } from './hang.ts';
import { printable } from './printable.ts';
import { say } from './say.ts';
import type { Style } from './style.ts';

/** Lines of one change that are shown; an import may have thousands. */
const SHOWN = 5;

/** Changes, newest first: when, by whom, and the lines that came (`+`) and went (`-`). */
export function renderHistory(changes: readonly Change[], style: Style): string[] {
  const messages = terminalMessages[style.language];
  if (changes.length === 0) return [messages.historyEmpty];
  return changes.flatMap((change) => {
    const { id, source } = change.by;
    const by = id === source ? source : `${source} · ${id}`;
    const head = say(messages.historyEntry, { at: formatMinute(change.at), by });
    const undone = change.undoes === undefined ? '' : ` (${messages.historyUndo})`;
    return [
      style.paint('heading', head) + style.paint('faint', undone),
      ...renderChangedLines(change, style),
    ];
  });
}

/** What an undo did: a change of its own, whose action is the opposite of the one that it took back. */
export function renderUndone(change: Change, style: Style): string[] {
  const messages = commandMessages[style.language];
  const sentences = {
    add: messages.undoneRemove,
    remove: messages.undoneAdd,
    replace: messages.undoneReplace,
  };
  return [...hang('', sentences[change.action], style), ...renderChangedLines(change, style)];
}

function renderChangedLines(change: Change, style: Style): string[] {
  return [
    ...signedLines(change.removed, style.paint('error', '-'), style),
    ...signedLines(change.added, style.paint('strong', '+'), style),
  ];
}

function signedLines(lines: Change['added'], sign: string, style: Style): string[] {
  const rows = lines
    .slice(0, SHOWN)
    .flatMap(({ id, text }) =>
      hang(`  ${sign} ${style.paint('id', printable(id))}  `, printable(text), style),
    );
  const hidden = lines.length - SHOWN;
  const more = hidden > 0 ? [say(commandMessages[style.language].truncated, { count: hidden })] : [];
  return [...rows, ...more.map((text) => `    ${style.paint('faint', text)}`)];
}
