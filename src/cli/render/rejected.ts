import { preview } from '../../bots/core/preview.ts';
import { commandMessages } from '../../messages/commands.ts';
import { terminalMessages } from '../../messages/terminal.ts';
import { MAX_LINE_LENGTH } from '../../store/faq-line.ts';
import type { RejectedLine } from '../../store/knowledge-base.ts';
import { hang } from './hang.ts';
import { printable } from './printable.ts';
import { say } from './say.ts';
import type { Style } from './style.ts';

const TEXT_PREVIEW = 60;
/** Rejected lines that are shown; a wrong file may have thousands. */
const SHOWN = 20;

/** Lines that were not taken, cut short, each with the reason. */
export function renderRejected(rejected: readonly RejectedLine[], style: Style): string[] {
  const rows = rejected.slice(0, SHOWN).flatMap((line) => hang('', rejectedLine(line, style), style));
  const hidden = rejected.length - SHOWN;
  if (hidden <= 0) return rows;
  const more = say(commandMessages[style.language].truncated, { count: hidden });
  return [...rows, style.paint('faint', more)];
}

function rejectedLine(line: RejectedLine, style: Style): string {
  const messages = terminalMessages[style.language];
  const reason =
    line.reason === 'empty_line'
      ? messages.reasonEmpty
      : say(messages.reasonTooLong, { length: line.length, limit: MAX_LINE_LENGTH });
  const { text } = preview(printable(line.text), TEXT_PREVIEW);
  return say(messages.rejectedReason, { text, reason }).trim();
}
