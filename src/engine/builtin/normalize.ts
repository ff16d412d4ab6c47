/** Control and invisible format characters, variation selectors, tags, and halves of surrogate pairs. */
const REMOVED = new RegExp(
  [
    '[\\u{d800}-\\u{dfff}\\u{0}-\\u{8}\\u{e}-\\u{1f}\\u{7f}-\\u{84}\\u{86}-\\u{9f}\\u{ad}\\u{61c}\\u{180e}',
    '\\u{200b}-\\u{200f}\\u{202a}-\\u{202e}\\u{2060}-\\u{206f}\\u{fe00}-\\u{fe0f}\\u{feff}\\u{fff9}-\\u{fffb}',
    '\\u{e0000}-\\u{e007f}\\u{e0100}-\\u{e01ef}]',
  ].join(''),
  'gu',
);
const SPACES = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
/** Han characters, as the inside of a character class. */
export const HAN = '\\u{3400}-\\u{4dbf}\\u{4e00}-\\u{9fff}\\u{f900}-\\u{faff}\\u{20000}-\\u{323af}';
const SPACE_AT_HAN = new RegExp(`(?<=[${HAN}]) | (?=[${HAN}])`, 'gu');
const WORD_START = new RegExp(`(?:^|(?<=[${HAN}\\u3001-\\u303f]))(?=[0-9a-z\\u00df-\\u024f])`, 'gu');
const ASCII = /^[\x20-\x7e]*$/;

/** Traditional characters and their simplified ones. */
export type SimplifyTable = ReadonlyMap<string, string>;

/** Reads `simplify.json`'s one string of pairs: traditional, simplified, traditional, simplified, … */
export function simplifyTable(pairs: string): SimplifyTable {
  const characters = [...pairs];
  return new Map(
    Array.from({ length: characters.length / 2 }, (_, i) => [
      characters[i * 2] ?? '',
      characters[i * 2 + 1] ?? '',
    ]),
  );
}

/**
 * The text as the builtin model's tokenizer expects it, code point for code point what `training/normalize.py` says:
 * invisible characters removed, NFKC, lower case, simplified characters, single spaces, none beside Han characters,
 * and one before a word that starts the text or follows Han. Blank text gives an empty string.
 */
export function normalize(text: string, simplify: SimplifyTable): string {
  // Half of all lines are plain ASCII, where most steps change nothing.
  if (ASCII.test(text))
    return text
      .toLowerCase()
      .replace(SPACES, ' ')
      .trim()
      .replace(/^(?=[0-9a-z])/, ' ');
  let folded = '';
  for (const character of text.replace(REMOVED, '').normalize('NFKC')) {
    const lower = character.toLowerCase();
    folded += simplify.get(lower) ?? lower;
  }
  return folded.replace(SPACES, ' ').replace(/^ | $/g, '').replace(SPACE_AT_HAN, '').replace(WORD_START, ' ');
}
