import type { Language } from '../../language.ts';
import type { FaqLine } from '../../store/faq-line.ts';
import type { Author } from '../../store/knowledge-base.ts';
import type { Feedback } from '../../store/question-log.ts';
import type { Answer } from './answer.ts';
import type { Command } from './command.ts';
import type { CommandResult, Inspection, KnowledgeStats } from './command-result.ts';

export interface AskOptions {
  topK?: number;
  signal?: AbortSignal;
  /** Whose question it is; without it the question is not logged (a test of the playground, an evaluation). */
  by?: Author;
}

export interface RunOptions {
  by: Author;
  signal?: AbortSignal;
  /** The language of the answer; default: detected from the command's text. */
  language?: Language;
  /** Add lines even where one of nearly the same meaning exists. Default false. */
  addAnyway?: boolean;
}

/**
 * The platform-neutral core: one assistant serves Slack, Feishu, the terminal, HTTP and the page.
 * `ask`, `inspect` reject with {@link KbError}; `run` never rejects, it returns `failed`.
 */
export interface Assistant {
  ask(question: string, options?: AskOptions): Promise<Answer>;
  inspect(text: string, options?: { signal?: AbortSignal }): Promise<Inspection>;
  run(command: Command, options: RunOptions): Promise<CommandResult>;
  /** Puts `text` in the place of line `id` ("replace" of the near-duplicate question). */
  replace(id: string, text: string, options: RunOptions): Promise<CommandResult>;
  feedback(questionId: string, by: Author, feedback: Feedback): Promise<void>;
  /** Adds lines as the answer to a gap and takes the gap off the list. */
  answerGap(gapId: string, lines: readonly string[], options: RunOptions): Promise<CommandResult>;
  /** Answers a logged question again, without logging it. Rejects with `not_found`. */
  recall(questionId: string): Promise<Answer>;
  /** A line by its id or an unambiguous beginning. Rejects with `not_found` or `ambiguous_id`. */
  line(id: string): Promise<FaqLine>;
  /** What `/kb stats` and the home page show. */
  stats(): Promise<KnowledgeStats>;
  /** True when this person may change lines (`KB_EDITORS`). */
  isEditor(by: Author): boolean;
}
