import type { LocalizedText } from './errors.ts';
import { fillMessage, type MessageValues } from './fill-message.ts';

/** A message in both languages, to stand in the sentence of an error whose reader is not known yet. */
export function localize<Key extends string>(
  messages: Readonly<Record<keyof LocalizedText, Readonly<Record<Key, string>>>>,
  key: Key,
  values: MessageValues = {},
): LocalizedText {
  return {
    en: fillMessage(messages.en[key], values, 'en'),
    zh: fillMessage(messages.zh[key], values, 'zh'),
  };
}
