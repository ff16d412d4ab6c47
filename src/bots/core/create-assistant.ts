import type { Embedder } from '../../engine/embedder.ts';
import { KbError, toKbError } from '../../errors.ts';
import { detectLanguage, type Language } from '../../language.ts';
import { things } from '../../messages/errors.ts';
import type { Author } from '../../store/knowledge-base.ts';
import type { Store } from '../../store/store.ts';
import { type Answer, toAnswerMatch } from './answer.ts';
import type { AskOptions, Assistant, RunOptions } from './assistant.ts';
import { type BotLogger, silentLogger } from './bot-logger.ts';
import type { Command } from './command.ts';
import type { CommandResult, KnowledgeStats } from './command-result.ts';
import { inspectText } from './inspect-text.ts';
import { NEAR_DUPLICATE_COSINE, screenLines } from './near-duplicate.ts';

export interface AssistantOptions {
  readonly embedder: Embedder;
  readonly store: Store;
  readonly config: {
    /** Matches in an answer. */
    readonly topK: number;
    /** At or under this cosine a match is weak. */
    readonly lowConfidence: number;
    /** Ids of those who may change lines; `*` is everyone. */
    readonly editors: readonly string[];
    /** From this cosine on `add` asks first. Default {@link NEAR_DUPLICATE_COSINE}. */
    readonly nearDuplicate?: number;
  };
  /** Default: the system's clock. */
  readonly clock?: () => Date;
  readonly logger?: BotLogger;
}

/** Sources whose users hold the machine or the API key: they are editors whatever `KB_EDITORS` says. */
const OPERATOR_SOURCES: readonly string[] = ['terminal', 'http'];

const LIST_PAGE_SIZE = 20;
const GAPS_SHOWN = 10;
const TOP_GAPS = 5;

/** Joins an engine and a store into the {@link Assistant} that every surface talks to. Closes neither. */
export function createAssistant(options: AssistantOptions): Assistant {
  const { embedder, store, config } = options;
  const now = options.clock ?? (() => new Date());
  const logger = options.logger ?? silentLogger;

  async function search(question: string, ask: AskOptions): Promise<Answer> {
    const text = question.replace(/\s+/gu, ' ').trim();
    if (text === '') throw new KbError('empty_query');
    const { vectors } = await embedder.embedQueries([text], ask.signal ? { signal: ask.signal } : {});
    const vector = vectors[0];
    if (!vector) throw new KbError('internal');
    const [found, lineCount] = await Promise.all([
      store.lines.search(vector, ask.topK ?? config.topK),
      store.lines.count(),
    ]);
    const matches = found.map(({ line, similarity }) =>
      toAnswerMatch(line, similarity, config.lowConfidence),
    );
    const answer: Answer = {
      question: text,
      language: detectLanguage(text),
      model: embedder.model,
      threshold: config.lowConfidence,
      lowConfidence: matches[0]?.lowConfidence ?? true,
      matches,
      lineCount,
    };
    if (!ask.by) return answer;
    const questionId = await keepQuestion(answer, vector, ask.by);
    return questionId === undefined ? answer : { ...answer, questionId };
  }

  /** A question is answered even where it cannot be logged. */
  async function keepQuestion(answer: Answer, vector: Float32Array, by: Author): Promise<string | undefined> {
    const best = answer.matches[0];
    try {
      const asked = await store.questions.record(
        {
          text: answer.question,
          askedBy: by.id,
          source: by.source,
          ...(by.permalink === undefined ? {} : { permalink: by.permalink }),
          at: now(),
          ...(best === undefined ? {} : { bestScore: best.score, bestLineId: best.id }),
          lowConfidence: answer.lowConfidence,
        },
        vector,
      );
      return asked.id;
    } catch (error) {
      logger.error({ err: error }, 'A question could not be kept in the log');
      return undefined;
    }
  }

  async function add(lines: readonly string[], run: RunOptions, language: Language): Promise<CommandResult> {
    const { clear, held } = run.addAnyway
      ? { clear: lines, held: [] }
      : await screenLines(lines, store.lines, embedder, {
          atLeast: config.nearDuplicate ?? NEAR_DUPLICATE_COSINE,
          lowConfidence: config.lowConfidence,
          signal: run.signal,
        });
    const result =
      clear.length === 0
        ? { added: [], duplicates: [], rejected: [] }
        : await store.lines.add(clear, run.by, run.signal ? { signal: run.signal } : {});
    return { kind: 'added', language, ...result, nearDuplicates: held };
  }

  async function stats(): Promise<KnowledgeStats> {
    const [asked, lines, topGaps] = await Promise.all([
      store.questions.stats(),
      store.lines.count(),
      store.questions.gaps({ limit: TOP_GAPS }),
    ]);
    return { ...asked, lines, model: embedder.model, topGaps };
  }

  async function perform(command: Command, run: RunOptions, language: Language): Promise<CommandResult> {
    switch (command.kind) {
      case 'ask':
        return { kind: 'answer', language, answer: await search(command.question, run) };
      case 'add':
        requireEditor(run.by);
        return command.lines.length === 0
          ? { kind: 'add-form', language }
          : add(command.lines, run, language);
      case 'list':
        return {
          kind: 'list',
          language,
          page: await store.lines.list({ page: command.page, pageSize: LIST_PAGE_SIZE }),
        };
      case 'remove':
        requireEditor(run.by);
        return { kind: 'removed', language, line: await store.lines.remove(command.id, run.by) };
      case 'undo': {
        requireEditor(run.by);
        const change = await store.lines.undo(run.by);
        return change ? { kind: 'undone', language, change } : { kind: 'nothing-to-undo', language };
      }
      case 'inspect':
        return { kind: 'inspection', language, inspection: await inspect(command.text, run) };
      case 'gaps':
        return { kind: 'gaps', language, gaps: await store.questions.gaps({ limit: GAPS_SHOWN }) };
      case 'stats':
        return { kind: 'stats', language, stats: await stats() };
      case 'help':
        return { kind: 'help', language };
      case 'malformed':
        return { kind: 'hint', language, name: command.name, reason: command.reason };
    }
  }

  const inspect = (text: string, given: { signal?: AbortSignal } = {}) =>
    inspectText(text, embedder, store.lines, {
      topK: config.topK,
      lowConfidence: config.lowConfidence,
      signal: given.signal,
    });

  const isEditor = (by: Author) =>
    OPERATOR_SOURCES.includes(by.source) ||
    config.editors.some((editor) => editor === '*' || editor === by.id);

  function requireEditor(by: Author): void {
    if (!isEditor(by)) throw new KbError('forbidden');
  }

  return {
    isEditor,
    inspect,
    ask: (question, ask = {}) =>
      search(question, ask).catch((error: unknown) => Promise.reject(toKbError(error))),
    run: (command, run) =>
      outcome(run.language ?? commandLanguage(command), (language) => perform(command, run, language)),
    replace: (id, text, run) =>
      outcome(run.language ?? detectLanguage(text), async (language) => {
        requireEditor(run.by);
        return { kind: 'replaced', language, ...(await store.lines.replace(id, text, run.by)) };
      }),
    feedback: (questionId, by, feedback) => store.questions.feedback(questionId, by.id, feedback),
    answerGap: (gapId, lines, run) =>
      outcome(run.language ?? detectLanguage(lines.join('\n')), async (language) => {
        requireEditor(run.by);
        const result = await add(lines, run, language);
        const answered = result.kind === 'added' && result.added.length + result.duplicates.length > 0;
        if (answered) await store.questions.resolve(gapId);
        return result;
      }),
    recall: async (questionId) => {
      const asked = await store.questions.get(questionId);
      if (!asked) throw new KbError('not_found', { values: { what: things.question, id: questionId } });
      return { ...(await search(asked.text, {})), questionId };
    },
    line: (id) => store.lines.get(id),
    stats,
  };
}

/** A command's result in the asker's language; an error becomes `failed`. */
async function outcome(
  language: Language,
  work: (language: Language) => Promise<CommandResult>,
): Promise<CommandResult> {
  try {
    return await work(language);
  } catch (error) {
    return { kind: 'failed', language, error: toKbError(error) };
  }
}

function commandLanguage(command: Command): Language {
  switch (command.kind) {
    case 'ask':
      return detectLanguage(command.question);
    case 'add':
      return detectLanguage(command.lines.join('\n'));
    case 'inspect':
      return detectLanguage(command.text);
    case 'malformed':
      return detectLanguage(command.name);
    default:
      return 'en';
  }
}
