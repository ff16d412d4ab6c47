import { KbError } from '../../errors.ts';
import type { Language } from '../../language.ts';
import type { LocalizedText } from '../../messages/errors.ts';
import { qwen3Messages } from '../../messages/qwen3.ts';

/** The `model` error for a checkpoint that is fine but cannot be run as asked, saying why in both languages. */
export function cannotRun(
  model: string,
  fault: keyof typeof qwen3Messages.en,
  values: Readonly<Record<string, string | number | LocalizedText>> = {},
  cause?: unknown,
): KbError {
  const detail = (language: Language) =>
    qwen3Messages[language][fault].replace(/\{(\w+)\}/g, (gap, name: string) => {
      const value = values[name] ?? gap;
      return typeof value === 'object' ? value[language] : String(value);
    });
  return new KbError('model', { values: { model, detail: { en: detail('en'), zh: detail('zh') } }, cause });
}
