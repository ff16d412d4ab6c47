import type { Answer } from '../../bots/core/answer.ts';
import { answerMessages } from '../../messages/answer.ts';
import { hang } from './hang.ts';
import { renderMatches } from './matches.ts';
import type { Style } from './style.ts';

/** An answer: the warning on top where nothing fits well, then the matches. */
export function renderAnswer(answer: Answer, style: Style): string[] {
  const messages = answerMessages[style.language];
  if (answer.matches.length === 0) return hang('', messages.empty, style, 'warning');
  return [
    ...(answer.lowConfidence ? renderWarning(messages.weak, style) : []),
    ...renderMatches(answer.matches, style),
  ];
}

/** A sentence that must not be missed; the sign marks it where there is no colour. */
export function renderWarning(sentence: string, style: Style): string[] {
  return hang(style.paint('warning', '! '), sentence, style, 'warning');
}
