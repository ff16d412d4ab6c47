import { KbError } from '../../../errors.ts';
import type { Language } from '../../../language.ts';
import { checkpointMessages } from '../../../messages/checkpoint.ts';

export type CheckpointFault = keyof typeof checkpointMessages.en;

/** The `model` error for a checkpoint that cannot be used, saying why in both languages. */
export function unusable(
  model: string,
  fault: CheckpointFault,
  values: Readonly<Record<string, string | number>> = {},
  cause?: unknown,
): KbError {
  const detail = (language: Language) =>
    checkpointMessages[language][fault].replace(/\{(\w+)\}/g, (gap, name: string) =>
      String(values[name] ?? gap),
    );
  return new KbError('model', {
    values: { model, detail: { en: detail('en'), zh: detail('zh') } },
    cause,
  });
}

/** A value that a file holds, as it may stand in a sentence: quoted, on one line, and not long. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
