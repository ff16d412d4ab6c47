/** The pattern that every tokenizer of Qwen2, Qwen2.5 and Qwen3 names, in the syntax of Oniguruma. */
export const WORD_PATTERN =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/** The same in JavaScript, whose `\s` has U+FEFF and lacks U+0085. */
export const JAVASCRIPT_PATTERN =
  "'(?:[sStTmMdD]|[rR][eE]|[vV][eE]|[lL][lL])|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\p{White_Space}\\p{L}\\p{N}]+[\\r\\n]*|\\p{White_Space}*[\\r\\n]+|\\p{White_Space}+(?!\\P{White_Space})|\\p{White_Space}+";

const WORDS = new RegExp(JAVASCRIPT_PATTERN, 'gu');

/** The words of a text, one after the other, with nothing between them. */
export function* words(text: string): Generator<string> {
  for (const [word] of text.matchAll(WORDS)) yield word;
}
