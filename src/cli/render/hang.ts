import stringWidth from 'string-width';
import { padEnd } from './pad.ts';
import type { Role, Style } from './style.ts';
import { wrap } from './wrap.ts';

/** The least room for text; a narrower screen breaks rows by itself. */
const MIN_TEXT = 10;

/**
 * A text behind a prefix, wrapped under itself to the style's width. The prefix may be painted; the text must be
 * printable and is painted row by row with `role`.
 */
export function hang(prefix: string, text: string, style: Style, role?: Role): string[] {
  const indent = stringWidth(prefix);
  return wrap(text, Math.max(MIN_TEXT, style.width - indent)).map((row, index) => {
    const painted = role ? style.paint(role, row) : row;
    return (index === 0 ? prefix : padEnd('', indent)) + painted;
  });
}
