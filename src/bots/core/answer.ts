import type { Language } from '../../language.ts';
import type { FaqLine } from '../../store/faq-line.ts';

/** One line of an answer. */
export interface AnswerMatch {
  readonly id: string;
  readonly text: string;
  /** Cosine similarity, in [-1, 1], rounded to four decimals. */
  readonly score: number;
  /** `score <= threshold`: the line may not be what was asked for. */
  readonly lowConfidence: boolean;
  /** Where the line came from: a knowledge file or a surface. */
  readonly source: string;
}

/** What every surface shows for a question: data, no text of ours. */
export interface Answer {
  readonly question: string;
  readonly language: Language;
  readonly model: string;
  /** At or under this cosine a match is weak. */
  readonly threshold: number;
  /** The best match is weak, or there is none. */
  readonly lowConfidence: boolean;
  /** Best first, at most top-k. */
  readonly matches: readonly AnswerMatch[];
  /** Lines in the knowledge base: 0 tells "nothing fits" from "nothing is there yet". */
  readonly lineCount: number;
  /** The question's id in the log, which feedback refers to; absent where the question was not logged. */
  readonly questionId?: string;
}

/** Rounds a cosine to the four decimals that every surface shows; never -0. */
export function roundScore(similarity: number): number {
  const clamped = Math.min(1, Math.max(-1, similarity));
  return Math.round(clamped * 10_000) / 10_000 + 0;
}

/** A found line as part of an answer. Weakness is judged on the score as shown, so that 0.4000 is weak at 0.4. */
export function toAnswerMatch(line: FaqLine, similarity: number, threshold: number): AnswerMatch {
  const score = roundScore(similarity);
  return { id: line.id, text: line.text, score, lowConfidence: score <= threshold, source: line.source };
}

/** The filled part of a score's bar: the score clamped to [0, 1]. */
export function barFraction(score: number): number {
  return Math.min(1, Math.max(0, score));
}
