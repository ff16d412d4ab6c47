import type { Language } from './language.ts';
import { errorMessages } from './messages/errors.ts';
import { fillMessage, type MessageValues } from './messages/fill-message.ts';

/**
 * Stable codes of everything that can go wrong, told apart by whose move it is:
 * the caller's (`invalid_*`, `not_found`, `forbidden`, `too_large`), nobody's but time's (`busy`, `cancelled`,
 * `engine_unavailable`), or the operator's (`config`, `model`, `store`, `upstream`, `internal`).
 */
export type ErrorCode = keyof typeof errorMessages.en;

/** Values that fill a message's gaps. Never a secret: messages reach logs, pages and chats. */
export type ErrorValues = MessageValues;

export interface KbErrorOptions {
  /** What the sentence needs to know. */
  values?: ErrorValues;
  /** The error underneath, kept for the log. */
  cause?: unknown;
}

/**
 * The one base class of this project's errors.
 * `message` is the English sentence that says what to do next; {@link KbError.sentence} gives it in the asker's language.
 */
export class KbError extends Error {
  readonly code: ErrorCode;
  readonly values: ErrorValues;

  constructor(code: ErrorCode, options: KbErrorOptions = {}) {
    const values = options.values ?? {};
    super(
      fillMessage(errorMessages.en[code], values, 'en'),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'KbError';
    this.code = code;
    this.values = values;
  }

  /** The sentence for a person, in their language. */
  sentence(language: Language): string {
    return fillMessage(errorMessages[language][this.code], this.values, language);
  }
}

/** Any thrown value as a {@link KbError}; what is not one becomes `internal`, with the original as its cause. */
export function toKbError(error: unknown): KbError {
  if (error instanceof KbError) return error;
  if (error instanceof Error && error.name === 'AbortError')
    return new KbError('cancelled', { cause: error });
  return new KbError('internal', { cause: error });
}
