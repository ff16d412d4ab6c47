import { KbError } from '../../errors.ts';
import type { MessageValues } from '../../messages/fill-message.ts';
import { localize } from '../../messages/localize.ts';
import { qwen3Messages } from '../../messages/qwen3.ts';

/** The `model` error for a checkpoint that is fine but cannot be run as asked, saying why in both languages. */
export function cannotRun(
  model: string,
  fault: keyof typeof qwen3Messages.en,
  values: MessageValues = {},
  cause?: unknown,
): KbError {
  return new KbError('model', { values: { model, detail: localize(qwen3Messages, fault, values) }, cause });
}
