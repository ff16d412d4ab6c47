import { createHash } from 'node:crypto';
import type { VectorSource } from '../../src/store/knowledge-base.ts';

const DIMENSIONS = 64;

/** A test's own vectors: a text's bigrams of characters, hashed into 64 numbers of unit length. */
export function bigramVector(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  const characters = [' ', ...text.toLowerCase(), ' '];
  for (let i = 1; i < characters.length; i++) {
    const digest = createHash('sha256')
      .update(`${characters[i - 1]}${characters[i]}`)
      .digest();
    const slot = digest.readUInt16LE(0) % DIMENSIONS;
    vector[slot] = (vector[slot] ?? 0) + (digest.readUInt8(2) % 2 === 0 ? 1 : -1);
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

/** A {@link VectorSource} for tests that remembers what it embedded and can be made to fail or to wait. */
export class WordVectors implements VectorSource {
  readonly model: string;
  readonly fingerprint: string;
  readonly dimensions = DIMENSIONS;
  readonly limits = { maxTexts: 32 };
  readonly embedded: string[] = [];
  /** Awaited before each call; throw in it to fail. */
  before: (options?: { signal?: AbortSignal }) => void | Promise<void> = () => {};

  constructor(model = 'bigrams') {
    this.model = model;
    this.fingerprint = `${model}@1`;
  }

  async embedLines(texts: readonly string[], options?: { signal?: AbortSignal }) {
    await this.before(options);
    this.embedded.push(...texts);
    return { vectors: texts.map(bigramVector) };
  }
}
