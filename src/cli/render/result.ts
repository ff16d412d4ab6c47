import type { CommandResult } from '../../bots/core/command-result.ts';
import { findVerb } from '../../bots/core/verbs.ts';
import { commandMessages } from '../../messages/commands.ts';
import { terminalMessages } from '../../messages/terminal.ts';
import { renderAdded } from './added.ts';
import { renderAnswer } from './answer.ts';
import { renderUndone } from './changes.ts';
import { renderGaps } from './gaps.ts';
import { hang } from './hang.ts';
import { renderInspection } from './inspection.ts';
import { renderLines, renderPage } from './lines.ts';
import { printable } from './printable.ts';
import { say } from './say.ts';
import { renderStats } from './stats.ts';
import type { Style } from './style.ts';

/** The rows of any command's result, in the result's language. */
export function renderResult(result: CommandResult, given: Style): string[] {
  const style = { ...given, language: result.language };
  const messages = commandMessages[style.language];
  switch (result.kind) {
    case 'answer':
      return renderAnswer(result.answer, style);
    case 'added':
      return renderAdded(result, style);
    case 'add-form':
      return hang('', terminalMessages[style.language].addFormTerminal, style);
    case 'list':
      return renderPage(result.page, style);
    case 'removed':
      return [messages.removed, ...renderLines([result.line], style)];
    case 'replaced':
      return [messages.replaced, ...renderLines([result.added], style)];
    case 'undone':
      return renderUndone(result.change, style);
    case 'nothing-to-undo':
      return hang('', messages.nothingToUndo, style);
    case 'inspection':
      return renderInspection(result.inspection, style);
    case 'gaps':
      return renderGaps(result.gaps, style);
    case 'stats':
      return renderStats(result.stats, style);
    case 'help':
      return messages.help.split('\n').flatMap((row) => hang('', row, style));
    case 'hint':
      return hang('', hint(result, style), style, 'warning');
    case 'failed':
      return hang('', printable(result.error.sentence(style.language)), style, 'error');
  }
}

function hint(result: Extract<CommandResult, { kind: 'hint' }>, style: Style): string {
  const messages = commandMessages[style.language];
  if (result.reason === 'unknown') return say(messages.hintUnknown, { name: result.name });
  if (result.reason === 'bad-page') return messages.hintBadPage;
  switch (findVerb(result.name)?.verb) {
    case 'ask':
      return messages.hintMissingAsk;
    case 'remove':
      return messages.hintMissingRemove;
    case 'inspect':
      return messages.hintMissingInspect;
    default:
      return say(messages.hintMissing, { name: result.name });
  }
}
