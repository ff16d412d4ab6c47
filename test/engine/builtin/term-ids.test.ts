import { describe, expect, it } from 'vitest';
import { termIds } from '../../../src/engine/builtin/term-ids.ts';

const LATIN = 131_072;

describe('termIds', () => {
  it('counts Han characters and the pairs they make with their neighbours', () => {
    const [a, b, pair] = termIds('年假');
    expect(termIds('年')).toEqual([a]);
    expect(termIds('假')).toEqual([b]);
    expect(new Set([a, b, pair]).size).toBe(3);
    expect(termIds('年,假')).toEqual([a, b]);
  });

  it('counts a run of Latin letters and digits as one', () => {
    const ids = termIds(' vpn error 0x80070005');
    expect(ids).toHaveLength(3);
    expect(termIds('0x80070005')).toEqual(ids.slice(2));
    expect(termIds(' café')).toHaveLength(1);
  });

  it('keeps the ids of the two kinds apart, and none is that of padding', () => {
    for (const id of termIds('我们的会议室在三楼尽头')) {
      expect(id).toBeGreaterThan(0);
      expect(id).toBeLessThan(LATIN);
    }
    for (const id of termIds(' the meeting room is on floor 3')) {
      expect(id).toBeGreaterThan(LATIN);
      expect(id).toBeLessThan(2 * LATIN);
    }
  });

  it('counts each once, in the order in which they come', () => {
    expect(termIds('好好好')).toHaveLength(2);
    expect(termIds(' wifi or wifi')).toEqual(termIds(' wifi or'));
  });

  it('finds none where there are no letters', () => {
    expect(termIds('')).toEqual([]);
    expect(termIds('?! … 😀')).toEqual([]);
  });

  it('reads the first 256 characters, however many units they take', () => {
    expect(termIds(`${'𠮷'.repeat(255)}末尾`)).toHaveLength(4);
    expect(termIds(`${'长'.repeat(256)}尾`)).toEqual(termIds('长长'));
  });
});
