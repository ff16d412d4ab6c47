import type { Language } from '../language.ts';
import type { LocalizedText } from './errors.ts';

/** Values that fill a message's gaps; a text in two languages goes in in that of the message. */
export type MessageValues = Readonly<Record<string, string | number | LocalizedText>>;

/**
 * Fills `{name}` in a message; a value is inserted as it is, whatever it holds, and a gap without one stays.
 * @param language The message's. Only texts in two languages need it.
 */
export function fillMessage(template: string, values: MessageValues, language: Language = 'en'): string {
  return template.replace(/\{(\w+)\}/g, (gap, name: string) => {
    const value = values[name] ?? gap;
    return typeof value === 'object' ? value[language] : String(value);
  });
}
