/** A question that was answered, as the log keeps it. */
export interface AskedQuestion {
  readonly id: string;
  readonly text: string;
  readonly askedBy: string;
  readonly source: string;
  readonly permalink?: string;
  readonly at: Date;
  /** The best match's cosine, or undefined when there was no line at all. */
  readonly bestScore?: number;
  readonly bestLineId?: string;
  readonly lowConfidence: boolean;
}

export type Feedback = 'helped' | 'not-helped';

/** Questions of one meaning that the FAQ does not answer yet. */
export interface Gap {
  /** The id of its latest question: what "answer this" refers to. */
  readonly id: string;
  /** The latest wording. */
  readonly question: string;
  /** Other wordings, newest first, each once. */
  readonly otherWordings: readonly string[];
  readonly count: number;
  readonly lastAskedAt: Date;
  readonly bestScore?: number;
}

export interface QuestionStats {
  /** Over the last seven days. */
  readonly questionsThisWeek: number;
  readonly weakThisWeek: number;
  readonly helped: number;
  readonly notHelped: number;
  readonly questionsEver: number;
}

/**
 * What was asked and how well it was answered, so that the FAQ's keeper sees what is missing.
 * A question belongs to the gaps when its answer was weak or somebody said that it did not help, until it is
 * resolved (answered by a new line or dismissed).
 */
export interface QuestionLog {
  /** Keeps a question with its vector (for grouping by meaning); gives it an id. */
  record(question: Omit<AskedQuestion, 'id'>, vector: Float32Array): Promise<AskedQuestion>;
  get(id: string): Promise<AskedQuestion | undefined>;
  /** The last word of each person on a question counts. */
  feedback(id: string, by: string, feedback: Feedback): Promise<void>;
  /** Most asked first; questions whose cosine reaches `sameMeaning` (default 0.8) are one gap. `limit` default 10. */
  gaps(options?: { limit?: number; sameMeaning?: number }): Promise<Gap[]>;
  /** Takes a gap (its whole group) off the list. */
  resolve(id: string): Promise<void>;
  stats(): Promise<QuestionStats>;
}
