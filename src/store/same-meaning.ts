import { setImmediate } from 'node:timers/promises';

/** A question of the gaps, for grouping: vectors are compared only where the fingerprints are equal. */
export interface Groupable {
  readonly text: string;
  readonly fingerprint: string;
  /** Of unit length. */
  readonly vector: Float32Array;
}

interface Group<T> {
  readonly items: T[];
  readonly first: Groupable;
  /** Length of the second half of the first item's vector. */
  readonly tail: number;
}

/** Longest time that other work waits. */
const PAUSE_EVERY_MS = 15;
/** A cosine that is the threshold but for the rounding of float32 reaches it. */
const ROUNDING = 1e-6;

/**
 * Groups items of one meaning: each joins the first group whose first item's cosine with it reaches `threshold`,
 * or has the same text, and founds one otherwise. Keeps the order, and lets other work run in between.
 */
export async function groupBySameMeaning<T extends Groupable>(
  items: readonly T[],
  threshold: number,
): Promise<T[][]> {
  const groups: Group<T>[] = [];
  const byText = new Map<string, Group<T>>();
  let pauseAt = performance.now() + PAUSE_EVERY_MS;
  for (const item of items) {
    if (performance.now() > pauseAt) {
      await setImmediate();
      pauseAt = performance.now() + PAUSE_EVERY_MS;
    }
    const key = item.text.toLowerCase();
    const tail = tailLength(item.vector);
    let group = byText.get(key) ?? groups.find((other) => reaches(other, item, tail, threshold - ROUNDING));
    if (group) {
      group.items.push(item);
    } else {
      group = { items: [item], first: item, tail };
      groups.push(group);
    }
    byText.set(key, group);
  }
  return groups.map((group) => group.items);
}

/** Stops half way where the second halves, whatever their angle, cannot make up for the first. */
function reaches(group: Group<Groupable>, item: Groupable, tail: number, threshold: number): boolean {
  const { first } = group;
  if (first.fingerprint !== item.fingerprint || first.vector.length !== item.vector.length) return false;
  const half = item.vector.length >> 1;
  const front = dot(first.vector, item.vector, 0, half);
  if (front + group.tail * tail < threshold) return false;
  return front + dot(first.vector, item.vector, half, item.vector.length) >= threshold;
}

function tailLength(vector: Float32Array): number {
  return Math.sqrt(dot(vector, vector, vector.length >> 1, vector.length));
}

function dot(a: Float32Array, b: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
