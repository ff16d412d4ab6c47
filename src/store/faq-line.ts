import { createHash } from 'node:crypto';
import { KbError } from '../errors.ts';

/** Characters (code points) that a line may have. */
export const MAX_LINE_LENGTH = 2000;

/** A line as the team wrote it, normalised, with where it came from. */
export interface FaqLine {
  /** Twelve characters derived from the text: the same text is the same line everywhere. */
  readonly id: string;
  readonly text: string;
  /** A knowledge file's name, or the surface it was added from: `slack`, `feishu`, `terminal`, `http`. */
  readonly source: string;
  readonly addedBy: string;
  readonly addedAt: Date;
}

/**
 * One line of text as it is stored: NFC, trimmed, runs of blanks and tabs made one space, control characters
 * dropped. Any script and emoji stay as they are.
 * Throws `empty_line`, or `line_too_long` over {@link MAX_LINE_LENGTH}.
 */
export function normalizeLine(raw: string): string {
  const text = raw
    .normalize('NFC')
    .replace(/[\s\u0085]+/gu, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim();
  if (!/[^\s\p{Cf}]/u.test(text)) throw new KbError('empty_line');
  const length = [...text].length;
  if (length > MAX_LINE_LENGTH)
    throw new KbError('line_too_long', { values: { length, limit: MAX_LINE_LENGTH } });
  return text;
}

/** The id of a normalised text: 60 bits of its SHA-256 in base32 without look-alikes, so that it can be read aloud. */
export function lineId(text: string): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz023456789';
  const digest = createHash('sha256').update(text).digest();
  let bits = 0n;
  for (const byte of digest.subarray(0, 8)) bits = (bits << 8n) | BigInt(byte);
  let id = '';
  for (let i = 0; i < 12; i++, bits >>= 5n) id += alphabet[Number(bits & 31n)];
  return id;
}
