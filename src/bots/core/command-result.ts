import type { KbError } from '../../errors.ts';
import type { Language } from '../../language.ts';
import type { FaqLine } from '../../store/faq-line.ts';
import type { Change, Page, RejectedLine } from '../../store/knowledge-base.ts';
import type { Gap, QuestionStats } from '../../store/question-log.ts';
import type { Answer, AnswerMatch } from './answer.ts';

/** A line that was not added yet because one of nearly the same meaning exists. */
export interface NearDuplicate {
  readonly text: string;
  readonly existing: AnswerMatch;
}

/** What is behind a text's vector: shown by `inspect` and by the playground. */
export interface Inspection {
  readonly text: string;
  readonly model: string;
  readonly fingerprint: string;
  readonly dimensions: number;
  readonly tokens: number;
  /** The first 50 values. */
  readonly firstValues: readonly number[];
  readonly norm: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly standardDeviation: number;
  /** Counts of the values in equal bins from `min` to `max`. */
  readonly histogram: readonly number[];
  /** Its nearest lines, as an answer would show them. */
  readonly nearest: readonly AnswerMatch[];
}

export interface KnowledgeStats extends QuestionStats {
  readonly lines: number;
  readonly model: string;
  readonly topGaps: readonly Gap[];
}

/** The outcome of a command as data; every surface renders it in its own way. */
export type CommandResult = { readonly language: Language } & (
  | { readonly kind: 'answer'; readonly answer: Answer }
  | {
      readonly kind: 'added';
      readonly added: readonly FaqLine[];
      readonly duplicates: readonly FaqLine[];
      readonly rejected: readonly RejectedLine[];
      /** Held back: the surface asks "add anyway / keep the old / replace". */
      readonly nearDuplicates: readonly NearDuplicate[];
    }
  | { readonly kind: 'add-form' }
  | { readonly kind: 'list'; readonly page: Page<FaqLine> }
  | { readonly kind: 'removed'; readonly line: FaqLine }
  | { readonly kind: 'replaced'; readonly removed: FaqLine; readonly added: FaqLine }
  /** `change` is what the undo did, with the opposite action of what it took back. */
  | { readonly kind: 'undone'; readonly change: Change }
  | { readonly kind: 'nothing-to-undo' }
  | { readonly kind: 'inspection'; readonly inspection: Inspection }
  | { readonly kind: 'gaps'; readonly gaps: readonly Gap[] }
  | { readonly kind: 'stats'; readonly stats: KnowledgeStats }
  | { readonly kind: 'help' }
  | { readonly kind: 'hint'; readonly name: string; readonly reason: 'unknown' | 'missing' | 'bad-page' }
  | { readonly kind: 'failed'; readonly error: KbError }
);
