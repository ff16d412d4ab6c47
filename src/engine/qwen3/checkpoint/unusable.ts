import { KbError } from '../../../errors.ts';
import { checkpointMessages } from '../../../messages/checkpoint.ts';
import { localize } from '../../../messages/localize.ts';

export type CheckpointFault = keyof typeof checkpointMessages.en;

/** The `model` error for a checkpoint that cannot be used, saying why in both languages. */
export function unusable(
  model: string,
  fault: CheckpointFault,
  values: Readonly<Record<string, string | number>> = {},
  cause?: unknown,
): KbError {
  const detail = localize(checkpointMessages, fault, values);
  return new KbError('model', { values: { model, detail }, cause });
}

/** A value that a file holds, as it may stand in a sentence: quoted, on one line, and not long. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
