import stringWidth from 'string-width';

/** Never at the beginning of a row. */
const CLOSING = /^[，。！？、；：）」』】》〉”’…,.!?;:)\]}]/u;
/** Never at the end of a row. */
const OPENING = /[（「『【《〈“‘([{]$/u;

/**
 * A text in rows of at most `width` columns; a Chinese character takes two. Breaks at blanks and between wide
 * characters, keeps punctuation where it belongs, and cuts a word only where it is longer than a row.
 * Always at least one row. An infinite width gives exactly one.
 */
export function wrap(text: string, width: number): string[] {
  if (!Number.isFinite(width) || stringWidth(text) <= width) return [text];
  const limit = Math.max(2, width);
  const rows: string[] = [];
  let row = '';
  for (const piece of unbreakable(text)) {
    if (stringWidth(row + piece.trimEnd()) <= limit) {
      row += piece;
      continue;
    }
    if (row.trim() !== '') rows.push(row.trimEnd());
    row = '';
    for (const part of cut(piece, limit)) {
      if (row !== '') rows.push(row.trimEnd());
      row = part;
    }
  }
  if (row.trim() !== '' || rows.length === 0) rows.push(row.trimEnd());
  return rows;
}

/** Pieces between which a row may end; a word keeps the blank behind it. */
function unbreakable(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  let previous = '';
  for (const grapheme of graphemes(text)) {
    if (piece !== '' && mayBreak(previous, grapheme)) {
      pieces.push(piece);
      piece = '';
    }
    piece += grapheme;
    previous = grapheme;
  }
  return piece === '' ? pieces : [...pieces, piece];
}

function mayBreak(before: string, after: string): boolean {
  if (after === ' ') return false;
  if (before === ' ') return true;
  if (CLOSING.test(after) || OPENING.test(before)) return false;
  return stringWidth(before) > 1 || stringWidth(after) > 1;
}

/** A piece that is longer than a row, in rows. */
function cut(piece: string, limit: number): string[] {
  const rows: string[] = [];
  let row = '';
  for (const grapheme of graphemes(piece)) {
    if (row !== '' && stringWidth((row + grapheme).trimEnd()) > limit) {
      rows.push(row);
      row = '';
    }
    row += grapheme;
  }
  return row === '' ? rows : [...rows, row];
}

function* graphemes(text: string): Iterable<string> {
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text))
    yield segment;
}
