import { byteLetters } from './byte-letters.ts';
import type { TokenizerFile } from './tokenizer-file.ts';

/**
 * Checks all that a schema would take too long for, and that the library would only stumble over later: every id is a
 * row of the model, every byte has a token, every merge joins two tokens into a third. Throws otherwise.
 * @returns The characters of the longest token.
 */
export function checkModel({ vocab, merges }: TokenizerFile['model'], rows: number): number {
  let longest = 1;
  for (const token in vocab) {
    const id = vocab[token];
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0)
      throw new Error(`the id of ${JSON.stringify(token)} is no whole number`);
    if (id >= rows)
      throw new Error(`token ${JSON.stringify(token)} has the id ${id}, the model ${rows} rows`);
    longest = Math.max(longest, token.length);
  }
  const known = (token: string) => Object.hasOwn(vocab, token);
  byteLetters().forEach((letter, byte) => {
    if (!known(letter)) throw new Error(`byte ${byte} is not in the vocabulary`);
  });
  for (const [rank, merge] of merges.entries()) {
    const [first, second] = parts(merge);
    if (!known(first) || !known(second) || !known(first + second))
      throw new Error(`merge ${rank} is not in the vocabulary`);
  }
  return longest;
}

function parts(merge: unknown): [string, string] {
  const pair: unknown[] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : [];
  const [first, second] = pair;
  if (pair.length !== 2 || typeof first !== 'string' || typeof second !== 'string')
    throw new Error('a merge is not a pair');
  return [first, second];
}
