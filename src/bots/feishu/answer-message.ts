import { detectLanguage, type Language } from '../../language.ts';
import type { Author } from '../../store/knowledge-base.ts';
import type { Assistant } from '../core/assistant.ts';
import type { Command } from '../core/command.ts';
import { parseMessage } from '../core/parse-message.ts';
import { isPassing } from '../core/passing-error.ts';
import { renderResult } from './cards/render-result.ts';
import type { Rendered } from './cards/rendered.ts';
import { say } from './cards/texts.ts';
import type { MessageJob } from './message-event.ts';

/**
 * What to reply to a message. Rejects with the passing error where the engine is away, so that the message is kept.
 * `home` is the language where the message shows none.
 */
export async function answerMessage(
  assistant: Assistant,
  message: MessageJob,
  by: Author,
  home: Language,
): Promise<Rendered[]> {
  if (message.text === undefined) return [{ text: say(home, 'otherTypes') }];
  const command = message.text === '' ? ({ kind: 'help' } as const) : parseMessage(message.text);
  const language = commandLanguage(command, message.text, home);
  const result = await assistant.run(command, { by, language });
  if (result.kind === 'failed' && isPassing(result.error)) throw result.error;
  return renderResult(result);
}

/** The asker's language; a command in Latin letters without a text of its own says nothing about it. */
export function commandLanguage(command: Command, text: string, home: Language): Language {
  switch (command.kind) {
    case 'ask':
      return detectLanguage(command.question, home);
    case 'add':
      return command.lines.length === 0
        ? written(text, home)
        : detectLanguage(command.lines.join('\n'), home);
    case 'inspect':
      return detectLanguage(command.text, home);
    default:
      return written(text, home);
  }
}

const written = (text: string, home: Language): Language => (detectLanguage(text) === 'zh' ? 'zh' : home);
