import { KbError } from '../../errors.ts';
import type { Language } from '../../language.ts';
import { qwen3Messages } from '../../messages/qwen3.ts';

/** The `model` error for a checkpoint that is fine but cannot be run as asked, saying why in both languages. */
export function cannotRun(
  model: string,
  fault: keyof typeof qwen3Messages.en,
  values: Readonly<Record<string, string | number>> = {},
  cause?: unknown,
): KbError {
  const detail = (language: Language) =>
    qwen3Messages[language][fault].replace(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap));
  return new KbError('model', { values: { model, detail: { en: detail('en'), zh: detail('zh') } }, cause });
}
