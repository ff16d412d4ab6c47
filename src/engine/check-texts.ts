import { KbError } from '../errors.ts';
import type { EmbedderLimits } from './embedder.ts';

/** White space, control, invisible format characters and lone surrogates: nothing that a person could read. */
const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Cs}]/u;

/** Whether there is nothing in a text that a person could read. */
export const isBlank = (text: string): boolean => !VISIBLE.test(text);

/**
 * The checks every embedder makes before it does any work.
 * Throws `cancelled`, `too_many_texts`, or `empty_query` for a text in which nothing can be read.
 */
export function checkTexts(texts: readonly string[], limits: EmbedderLimits, signal?: AbortSignal): void {
  if (signal?.aborted) throw new KbError('cancelled', { cause: signal.reason });
  if (texts.length > limits.maxTexts) {
    throw new KbError('too_many_texts', { values: { count: texts.length, limit: limits.maxTexts } });
  }
  if (texts.some(isBlank)) throw new KbError('empty_query');
}
