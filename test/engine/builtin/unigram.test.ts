import { describe, expect, it } from 'vitest';
import { Unigram } from '../../../src/engine/builtin/unigram.ts';

const split = (vocabulary: [piece: string, score: number][]) =>
  new Unigram(
    vocabulary.map(([piece]) => piece),
    Float64Array.from(vocabulary, ([, score]) => score),
    0,
  );

const unigram = split([
  ['<unk>', 0],
  ['▁', -3],
  ['a', -4],
  ['b', -4],
  ['ab', -5],
  ['▁ab', -6],
  ['abb', -20],
  ['𠮷', -7],
  ['𠮷a', -8],
]);

describe('Unigram', () => {
  it.each([
    ['', []],
    ['a', [2]],
    ['ab', [4]],
    // ab + b (-9) is likelier than abb (-20).
    ['abb', [4, 3]],
    [' ab', [5]],
    [' ab ab', [5, 5]],
    ['ab b', [4, 1, 3]],
    ['𠮷a𠮷', [8, 7]],
    // A run of unknown characters is one token; a half of a pair never matches.
    ['z', [0]],
    ['zz😀za', [0, 2]],
    ['z z', [0, 1, 0]],
    ['\ud842', [0]],
  ])('splits %j', (text, ids) => {
    expect(unigram.encode(text)).toEqual(ids);
  });

  it('takes the piece that starts first of two equally likely ways', () => {
    const even = split([
      ['<unk>', 0],
      ['a', -1],
      ['aa', -2],
    ]);
    expect(even.encode('aa')).toEqual([2]);
  });
});
