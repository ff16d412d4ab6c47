import { commandMessages } from '../../messages/commands.ts';
import { terminalMessages } from '../../messages/terminal.ts';
import type { ImportReport } from '../../store/knowledge-base.ts';
import { hang } from './hang.ts';
import { renderRejected } from './rejected.ts';
import { say } from './say.ts';
import type { Style } from './style.ts';

/** What an import did, and the lines that it could not take. */
export function renderImportReport(report: ImportReport, style: Style): string[] {
  const { rejected, ...counts } = report;
  const sentence = say(terminalMessages[style.language].imported, counts);
  if (rejected.length === 0) return hang('', sentence, style);
  return [
    ...hang('', sentence, style),
    `${style.paint('error', '!')} ${style.paint('heading', commandMessages[style.language].rejected)}`,
    ...renderRejected(rejected, { ...style, width: style.width - 2 }).map((row) => `  ${row}`),
  ];
}
