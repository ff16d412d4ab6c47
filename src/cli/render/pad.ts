import stringWidth from 'string-width';

/** Fills a text with blanks up to `columns` of the screen; a Chinese character counts two, colours none. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - stringWidth(text)));
}

/** As {@link padEnd}, with the blanks before the text. */
export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - stringWidth(text))) + text;
}
