import { randomUUID } from 'node:crypto';
import { KbError } from '../../errors.ts';
import { things } from '../../messages/errors.ts';
import type { AskedQuestion, Feedback, Gap, QuestionLog, QuestionStats } from '../question-log.ts';
import { groupBySameMeaning } from '../same-meaning.ts';
import { CallBatcher } from './call-batcher.ts';
import { inChunks } from './chunks.ts';
import type { FeedbackRow } from './feedback-table.ts';
import type { LanceTable } from './lance-table.ts';
import type { Lifetime } from './lifetime.ts';
import { type QuestionRow, toQuestion, toQuestionRow, vectorOf } from './questions-table.ts';
import type { ResolvedRow } from './resolved-table.ts';
import { isOneOf, literal } from './sql.ts';

/** Questions that are grouped: the latest ones, so that the list stays quick however much was asked. */
export const GROUPED_QUESTIONS = 2000;
const SAME_MEANING = 0.8;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const NEWEST_FIRST = ['at', 'id'].map((columnName) => ({ columnName, ascending: false }));

export interface LanceQuestionLogOptions {
  readonly questions: LanceTable<QuestionRow>;
  readonly feedback: LanceTable<FeedbackRow>;
  readonly resolved: LanceTable<ResolvedRow>;
  /** The model whose vectors are recorded. */
  readonly fingerprint: string;
  readonly clock: () => Date;
  readonly lifetime: Lifetime;
}

/** The {@link QuestionLog} on LanceDB tables. */
export class LanceQuestionLog implements QuestionLog {
  readonly #options: LanceQuestionLogOptions;
  readonly #records: CallBatcher<QuestionRow, true>;
  readonly #words: CallBatcher<FeedbackRow, true>;

  constructor(options: LanceQuestionLogOptions) {
    this.#options = options;
    this.#records = new CallBatcher(async (rows) => {
      await options.questions.append(rows);
      return rows.map(() => true);
    });
    this.#words = new CallBatcher(async (rows) => {
      await options.feedback.upsert([...new Map(rows.map((row) => [row.key, row])).values()]);
      return rows.map(() => true);
    });
  }

  record(question: Omit<AskedQuestion, 'id'>, vector: Float32Array): Promise<AskedQuestion> {
    return this.#run(async () => {
      const kept: AskedQuestion = { ...question, id: randomUUID() };
      await this.#records.submit(toQuestionRow(kept, vector, this.#options.fingerprint));
      return kept;
    });
  }

  get(id: string): Promise<AskedQuestion | undefined> {
    return this.#run(async () => {
      const [row] = await this.#options.questions.read({ where: `id = ${literal(id)}` });
      return row && toQuestion(row);
    });
  }

  feedback(id: string, by: string, feedback: Feedback): Promise<void> {
    return this.#run(async () => {
      await this.#mustExist(id);
      const at = this.#options.clock().getTime();
      await this.#words.submit({ key: JSON.stringify([id, by]), questionId: id, by, feedback, at });
    });
  }

  gaps(options: { limit?: number; sameMeaning?: number } = {}): Promise<Gap[]> {
    return this.#run(async () => {
      const groups = await this.#groups(options.sameMeaning ?? SAME_MEANING);
      return groups
        .flatMap((group) => toGap(group) ?? [])
        .sort((a, b) => b.count - a.count || b.lastAskedAt.getTime() - a.lastAskedAt.getTime())
        .slice(0, Math.max(0, options.limit ?? 10));
    });
  }

  resolve(id: string): Promise<void> {
    return this.#run(async () => {
      await this.#mustExist(id);
      const groups = await this.#groups(SAME_MEANING);
      const group = groups.find((questions) => questions.some((question) => question.id === id));
      const at = this.#options.clock().getTime();
      const ids = new Set([id, ...(group ?? []).map((question) => question.id)]);
      await this.#options.resolved.insertNew([...ids].map((questionId) => ({ questionId, at })));
    });
  }

  stats(): Promise<QuestionStats> {
    return this.#run(async () => {
      const { questions, feedback, clock } = this.#options;
      const now = clock().getTime();
      const thisWeek = `at > ${now - WEEK_MS} AND at <= ${now}`;
      const [questionsThisWeek, weakThisWeek, helped, notHelped, questionsEver] = await Promise.all([
        questions.count(thisWeek),
        questions.count(`${thisWeek} AND lowConfidence`),
        feedback.count(`${thisWeek} AND feedback = 'helped'`),
        feedback.count(`${thisWeek} AND feedback = 'not-helped'`),
        questions.count(),
      ]);
      return { questionsThisWeek, weakThisWeek, helped, notHelped, questionsEver };
    });
  }

  #run<T>(task: () => Promise<T>): Promise<T> {
    return this.#options.lifetime.run(task);
  }

  async #mustExist(id: string): Promise<void> {
    if ((await this.#options.questions.count(`id = ${literal(id)}`)) === 0) {
      throw new KbError('not_found', { values: { what: things.question, id: id.slice(0, 40) } });
    }
  }

  /** Open questions, newest first, in groups of one meaning. */
  async #groups(threshold: number) {
    const { questions, feedback, resolved } = this.#options;
    const [unhelpful, resolvedIds] = await Promise.all([
      feedback.read({ where: "feedback = 'not-helped'" }),
      resolved.keys(),
    ]);
    const settled = new Set(resolvedIds);
    const weak = await questions.read({
      where: 'lowConfidence',
      order: NEWEST_FIRST,
      limit: GROUPED_QUESTIONS + settled.size,
    });
    const seen = new Set(weak.map(({ id }) => id));
    const others = [...new Set(unhelpful.map(({ questionId }) => questionId))].filter((id) => !seen.has(id));
    for (const ids of inChunks(others, 1000)) {
      weak.push(...(await questions.read({ where: isOneOf('id', ids) })));
    }
    const open = weak
      .filter(({ id }) => !settled.has(id))
      .sort((a, b) => b.at - a.at)
      .slice(0, GROUPED_QUESTIONS)
      .map((row) => ({ ...row, vector: vectorOf(row) }));
    return await groupBySameMeaning(open, threshold);
  }
}

/** `group`: newest first. */
function toGap(group: readonly Pick<QuestionRow, 'id' | 'text' | 'at' | 'bestScore'>[]): Gap | undefined {
  const [latest] = group;
  if (latest === undefined) return undefined;
  const wordings = new Set(group.map(({ text }) => text));
  wordings.delete(latest.text);
  return {
    id: latest.id,
    question: latest.text,
    otherWordings: [...wordings],
    count: group.length,
    lastAskedAt: new Date(latest.at),
    ...(latest.bestScore === null ? {} : { bestScore: latest.bestScore }),
  };
}
