import type { Embedder } from '../engine/embedder.ts';
import { Bm25 } from './bm25.ts';
import { type Confidence, measureConfidence } from './confidence.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import { type Ranking, rankOfBest, summariseRanks } from './ranking.ts';

export interface EvaluateOptions {
  /** The threshold whose mark is measured. Default 0.4. */
  readonly threshold?: number;
  readonly signal?: AbortSignal;
}

/** What an evaluation found. */
export interface EvaluationReport extends Ranking {
  readonly model: string;
  readonly lines: number;
  readonly questions: number;
  readonly unanswerable: number;
  /** Only with unanswerable questions. */
  readonly confidence?: Confidence;
}

/** Where every question's right line ranks by meaning, and how well the best score tells what cannot be answered. */
export async function evaluate(
  embedder: Embedder,
  set: EvaluationSet,
  options: EvaluateOptions = {},
): Promise<EvaluationReport> {
  const embed = (method: 'embedLines' | 'embedQueries', texts: readonly string[]) =>
    embedAll(embedder, method, texts, options.signal);
  const lines = await embed('embedLines', set.lines);
  const questions = await embed(
    'embedQueries',
    set.questions.map(({ question }) => question),
  );
  const unanswerable = await embed('embedQueries', set.unanswerable);
  const answered = questions.map((vector) => cosines(vector, lines));
  const best = (scores: Float64Array) => scores.reduce((a, b) => Math.max(a, b), -1);
  const confidence = measureConfidence(
    answered.map(best),
    unanswerable.map((vector) => best(cosines(vector, lines))),
    options.threshold ?? 0.4,
  );
  return {
    ...report(embedder.model, set, answered),
    ...(confidence ? { confidence } : {}),
  };
}

/** The same ranking by keywords, to compare with. Its scores are no cosines, so that no threshold is measured. */
export function evaluateKeywords(set: EvaluationSet): EvaluationReport {
  const index = new Bm25(set.lines);
  return report(
    'bm25',
    set,
    // A line that shares no keyword is not found at all, wherever it stands in the file.
    set.questions.map(({ question }) =>
      index.scores(question).map((score) => score || Number.NEGATIVE_INFINITY),
    ),
  );
}

function report(model: string, set: EvaluationSet, scores: readonly Float64Array[]): EvaluationReport {
  const places = new Map<string, number[]>();
  set.lines.forEach((line, i) => {
    places.set(line, [...(places.get(line) ?? []), i]);
  });
  const ranks = set.questions.map(({ expected }, i) => {
    const right = new Set(expected.flatMap((line) => places.get(line) ?? []));
    return rankOfBest(scores[i] ?? [], right);
  });
  return {
    model,
    lines: set.lines.length,
    questions: set.questions.length,
    unanswerable: set.unanswerable.length,
    ...summariseRanks(ranks),
  };
}

async function embedAll(
  embedder: Embedder,
  method: 'embedLines' | 'embedQueries',
  texts: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Float32Array[]> {
  const size = embedder.limits.maxTexts;
  const all: Float32Array[] = [];
  for (let start = 0; start < texts.length; start += size) {
    const { vectors } = await embedder[method](texts.slice(start, start + size), {
      priority: 'import',
      ...(signal ? { signal } : {}),
    });
    for (const vector of vectors) all.push(vector);
  }
  return all;
}

/** Cosines of unit vectors, rounded to four decimals as answers show them. */
function cosines(question: Float32Array, lines: readonly Float32Array[]): Float64Array {
  return Float64Array.from(lines, (line) => {
    let sum = 0;
    for (let i = 0; i < line.length; i++) sum += (line[i] ?? 0) * (question[i] ?? 0);
    return Math.round(sum * 10_000) / 10_000;
  });
}
