import { describe, expect, it } from 'vitest';
import { type Groupable, groupBySameMeaning } from '../../src/store/same-meaning.ts';

/** Numbers that look random and are the same in every run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648 - 0.5;
  };
}

function unit(numbers: number[]): Float32Array {
  const length = Math.hypot(...numbers);
  return Float32Array.from(numbers, (value) => value / length);
}

describe('grouping by meaning', () => {
  it('is what comparing every pair in full gives', async () => {
    const next = sequence(7);
    const centres = Array.from({ length: 12 }, () => Array.from({ length: 33 }, next));
    const items: Groupable[] = Array.from({ length: 400 }, (_, i) => ({
      text: `question ${i}`,
      fingerprint: i % 5 === 0 ? 'other' : 'model',
      vector: unit((centres[i % 12] ?? []).map((value) => value + 0.7 * next())),
    }));
    const expected: Groupable[][] = [];
    for (const item of items) {
      const group = expected.find(([first]) => {
        const cosine = first?.vector.reduce((sum, value, i) => sum + value * (item.vector[i] ?? 0), 0);
        return first?.fingerprint === item.fingerprint && (cosine ?? -1) >= 0.8;
      });
      if (group) group.push(item);
      else expected.push([item]);
    }
    const groups = await groupBySameMeaning(items, 0.8);
    expect(groups.map((group) => group.map(({ text }) => text))).toEqual(
      expected.map((group) => group.map(({ text }) => text)),
    );
    expect(groups.length).toBeGreaterThan(12);
    expect(groups.length).toBeLessThan(400);
  });

  it('puts equal texts together, also of two models', async () => {
    const items = ['VPN?', 'vpn?'].map((text, i) => ({
      text,
      fingerprint: `model ${i}`,
      vector: unit([1, i]),
    }));
    expect(await groupBySameMeaning(items, 0.8)).toEqual([items]);
  });

  it('lets other work run meanwhile', async () => {
    const next = sequence(3);
    const items = Array.from({ length: 800 }, (_, i) => ({
      text: `question ${i}`,
      fingerprint: 'model',
      vector: unit(Array.from({ length: 256 }, next)),
    }));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await groupBySameMeaning(items, 0.8);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });
});
