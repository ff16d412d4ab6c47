import type { LocalizedText } from '../messages/errors.ts';
import type { MessageValues } from '../messages/fill-message.ts';
import { localize } from '../messages/localize.ts';
import { modelMessages } from '../messages/models.ts';

/** A message about models in both languages, to stand in an error's sentence. */
export function detail(key: keyof typeof modelMessages.en, values?: MessageValues): LocalizedText {
  return localize(modelMessages, key, values);
}
