import { unitVector } from '../unit-vector.ts';
import type { EmbeddingsAnswer } from './answers.ts';

/** A server's answer that cannot be used; the message says what is wrong with it. */
export class BadAnswer extends Error {}

/**
 * The unit vectors of an answer, in the order of the texts that were sent.
 * @param count Texts that were sent.
 * @param dimensions What every vector must have; `undefined` where it is not known yet.
 * @throws {@link BadAnswer} for a missing, doubled or unknown index, a wrong length, or values that are no vector.
 */
export function readVectors(answer: EmbeddingsAnswer, count: number, dimensions?: number): Float32Array[] {
  if (answer.data.length !== count) {
    throw new BadAnswer(`${answer.data.length} vectors came for ${count} texts`);
  }
  const vectors = new Array<Float32Array | undefined>(count).fill(undefined);
  let expected = dimensions;
  for (const { index, embedding } of answer.data) {
    if (index >= count || vectors[index]) throw new BadAnswer(`the index ${index} is wrong or came twice`);
    const values = typeof embedding === 'string' ? fromBase64(embedding) : toFloats(embedding);
    expected ??= values.length;
    if (values.length !== expected) {
      throw new BadAnswer(`a vector has ${values.length} dimensions instead of ${expected}`);
    }
    const vector = unitVector(values);
    if (!vector) throw new BadAnswer('a vector holds values that are not numbers, or only zeros');
    vectors[index] = vector;
  }
  return vectors.filter((vector) => vector !== undefined);
}

/** JSON has no NaN: servers write `null` for it, which must not become 0. */
function toFloats(values: readonly (number | null)[]): Float32Array {
  return Float32Array.from(values, (value) => value ?? Number.NaN);
}

/** Little-endian float32 values, as OpenAI sends them. */
function fromBase64(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0 || bytes.length % 4 !== 0) {
    throw new BadAnswer('a base64 vector is not made of float32 values');
  }
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
}
