import { HAN } from './normalize.ts';

const RUNS = new RegExp(`([${HAN}]+)|[0-9a-z\\u00df-\\u024f]+`, 'gu');
const LONGEST = 256;
/** From here on the ids of runs of Latin letters and digits; below, those of Han characters and pairs. */
const LATIN = 131_072;

/**
 * The terms that the exact part of the builtin model counts, as ids from 1 to 262,143, each once: Han characters,
 * pairs of neighbouring Han characters, and runs of Latin letters and digits. `training/terms.py` is the specification.
 * @param text Normalised. Only its first 256 characters are read.
 */
export function termIds(text: string): number[] {
  const ids = new Set<number>();
  for (const [run, han] of start(text).matchAll(RUNS)) {
    if (han === undefined) {
      ids.add(LATIN + hash(run));
      continue;
    }
    let before = '';
    for (const character of han) {
      ids.add(hash(character));
      if (before) ids.add(hash(before + character));
      before = character;
    }
  }
  return [...ids];
}

function start(text: string): string {
  return text.length > LONGEST ? [...text].slice(0, LONGEST).join('') : text;
}

function hash(term: string): number {
  let hash = 0;
  for (const character of term) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return ((hash >>> 0) % (LATIN - 1)) + 1;
}
