import type { Language } from '../../../language.ts';
import { answerMessages } from '../../../messages/answer.ts';
import { commandMessages } from '../../../messages/commands.ts';
import { feishuMessages } from '../../../messages/feishu.ts';
import { fillMessage } from '../../../messages/fill-message.ts';

type Key = keyof typeof answerMessages.en | keyof typeof commandMessages.en | keyof typeof feishuMessages.en;

/** A message in one language, its gaps filled. Backticks mark code elsewhere; here they would be seen. */
export function say(
  language: Language,
  key: Key,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const all: Readonly<Record<string, string>> = {
    ...answerMessages[language],
    ...commandMessages[language],
    ...feishuMessages[language],
  };
  return fillMessage((all[key] ?? key).replaceAll('`', ''), values);
}
