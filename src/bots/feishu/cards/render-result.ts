import type { Change } from '../../../store/knowledge-base.ts';
import type { CommandResult } from '../../core/command-result.ts';
import { findVerb, type Verb } from '../../core/verbs.ts';
import { renderAdded } from './added-cards.ts';
import { renderAnswer } from './answer-card.ts';
import { fitted } from './fitted.ts';
import { renderForm } from './form-card.ts';
import { renderGaps, renderInspection, renderList, renderStats } from './list-cards.ts';
import type { Rendered } from './rendered.ts';
import { say } from './texts.ts';

/** A command's outcome as the messages that tell it. */
export function renderResult(result: CommandResult): Rendered[] {
  const { language } = result;
  switch (result.kind) {
    case 'answer':
      return [renderAnswer(result.answer)];
    case 'added':
      return renderAdded(result);
    case 'add-form':
      return [renderForm(language)];
    case 'list':
      return [renderList(language, result.page)];
    case 'removed':
      return [lines(result, 'removed', [`${result.line.text}\n${result.line.id}`])];
    case 'replaced':
      return [
        lines(result, 'replaced', [`${result.removed.text}\n→ ${result.added.text}\n${result.added.id}`]),
      ];
    case 'undone':
      return [undone(result, result.change)];
    case 'nothing-to-undo':
      return [{ text: say(language, 'nothingToUndo') }];
    case 'inspection':
      return [renderInspection(language, result.inspection)];
    case 'gaps':
      return [renderGaps(language, result.gaps)];
    case 'stats':
      return [renderStats(language, result.stats)];
    case 'help':
      return [{ text: say(language, 'help') }];
    case 'hint':
      return [{ text: hint(result) }];
    case 'failed':
      return [{ text: result.error.sentence(language) }];
  }
}

function lines(
  { language }: CommandResult,
  title: 'removed' | 'replaced',
  content: readonly string[],
): Rendered {
  return fitted({ title: say(language, title), color: 'blue', language, sections: [{ lines: content }] });
}

const UNDONE = { add: 'undoneAdd', remove: 'undoneRemove', replace: 'undoneReplace' } as const;
const INVERSE = { add: 'remove', remove: 'add', replace: 'replace' } as const;

/** `change` is what the undo did (its lines are here again or gone again), with the opposite action of the undone. */
function undone({ language }: CommandResult, change: Change): Rendered {
  const lines = change.action === 'remove' ? change.removed : change.added;
  return fitted({
    title: say(language, UNDONE[INVERSE[change.action]]),
    color: 'blue',
    language,
    sections: [{ lines: lines.map(({ text }) => text) }],
  });
}

function hint({ language, name, reason }: Extract<CommandResult, { kind: 'hint' }>): string {
  if (reason === 'unknown') return say(language, 'hintUnknown', { name });
  if (reason === 'bad-page') return say(language, 'hintBadPage');
  const verb = findVerb(name)?.verb;
  const key = verb && MISSING[verb];
  return key ? say(language, key) : say(language, 'hintMissing', { name });
}

const MISSING: Readonly<
  Partial<Record<Verb, 'hintMissingAsk' | 'hintMissingRemove' | 'hintMissingInspect'>>
> = {
  ask: 'hintMissingAsk',
  remove: 'hintMissingRemove',
  inspect: 'hintMissingInspect',
};
