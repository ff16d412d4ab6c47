import type { Embedder } from '../../engine/embedder.ts';
import { normalizeLine } from '../../store/faq-line.ts';
import type { KnowledgeBase } from '../../store/knowledge-base.ts';
import { toAnswerMatch } from './answer.ts';
import type { Inspection } from './command-result.ts';

const SHOWN_VALUES = 50;
const BINS = 20;

export interface InspectOptions {
  readonly topK: number;
  readonly lowConfidence: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a text's vector looks like as a line, and what lies near it. Rejects with {@link KbError}. */
export async function inspectText(
  text: string,
  embedder: Embedder,
  store: Pick<KnowledgeBase, 'search'>,
  options: InspectOptions,
): Promise<Inspection> {
  const line = normalizeLine(text);
  const { vectors, tokens } = await embedder.embedLines(
    [line],
    options.signal ? { signal: options.signal } : {},
  );
  const vector = vectors[0] ?? new Float32Array(embedder.dimensions);
  const nearest = await store.search(vector, options.topK);
  return {
    text: line,
    model: embedder.model,
    fingerprint: embedder.fingerprint,
    dimensions: embedder.dimensions,
    tokens,
    firstValues: [...vector.subarray(0, SHOWN_VALUES)],
    ...describe(vector),
    nearest: nearest.map(({ line, similarity }) => toAnswerMatch(line, similarity, options.lowConfidence)),
  };
}

function describe(values: Float32Array) {
  let sum = 0;
  let squares = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    sum += value;
    squares += value * value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const mean = sum / values.length;
  const histogram = new Array<number>(BINS).fill(0);
  const width = (max - min) / BINS || 1;
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.floor((value - min) / width));
    histogram[bin] = (histogram[bin] ?? 0) + 1;
  }
  return {
    norm: Math.sqrt(squares),
    min,
    max,
    mean,
    standardDeviation: Math.sqrt(Math.max(0, squares / values.length - mean * mean)),
    histogram,
  };
}
