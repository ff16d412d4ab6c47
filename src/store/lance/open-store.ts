import { type Connection, connect } from '@lancedb/lancedb';
import { KbError } from '../../errors.ts';
import type { VectorSource } from '../knowledge-base.ts';
import type { Store } from '../store.ts';
import { feedbackTable } from './feedback-table.ts';
import { filesTable } from './files-table.ts';
import { historyTable } from './history-table.ts';
import { inboxDoneTable, inboxTable } from './inbox-table.ts';
import { LanceInbox } from './lance-inbox.ts';
import { LanceKnowledgeBase } from './lance-knowledge-base.ts';
import { LanceQuestionLog } from './lance-question-log.ts';
import { LanceTable, type TableContext } from './lance-table.ts';
import { Lifetime } from './lifetime.ts';
import { LineHistory } from './line-history.ts';
import type { CommitStepHook } from './line-inserter.ts';
import { LineVectors } from './line-vectors.ts';
import { linesTable } from './lines-table.ts';
import { checkSchemaVersion } from './meta-table.ts';
import { questionsTable } from './questions-table.ts';
import { resolvedTable } from './resolved-table.ts';
import { storeFailure } from './store-failure.ts';
import { vectorsTable } from './vectors-table.ts';

/** Up to so many lines that the model has not embedded are embedded before the store is open; more, after. */
export const EMBEDDED_AT_OPEN = 500;

export interface OpenStoreOptions {
  /**
   * A folder (made where it is missing), or `s3://`, `gs://`, `az://`, `db://` with the credentials that LanceDB
   * reads from the environment.
   */
  location: string;
  source: VectorSource;
  /** Default: the system's. */
  clock?: () => Date;
  /** Told what went wrong in the background; pino fits. Default: silence. */
  logger?: { warn(details: object, message: string): void };
  /** Commits after which a table is compacted. Default 64. */
  compactAfterWrites?: number;
  /** For tests of crashes: called between the writes of one change. */
  onCommitStep?: CommitStepHook;
}

/**
 * Opens everything that is kept. Lines that the source's model has not embedded yet are embedded: few before this
 * resolves, many in the background, while searches see those that are done (`status().pending` counts the rest).
 * A source that fails meanwhile does not keep the store shut. Rejects with `store`.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { location, source, clock = () => new Date() } = options;
  const connection = await openConnection(location);
  try {
    const warn = (message: string, error: unknown) => options.logger?.warn({ err: error }, message);
    const { compactAfterWrites } = options;
    const context: TableContext = {
      connection,
      location,
      warn,
      ...(compactAfterWrites === undefined ? {} : { compactAfterWrites }),
    };
    await checkSchemaVersion(context);
    const tables = await openTables(context, source);
    const all = Object.values(tables);
    const compactFragmented = () => Promise.all(all.map((table) => table.compaction.startIfFragmented()));

    const lifetime = new Lifetime();
    const { lines, files } = tables;
    const vectors = new LineVectors({
      lines,
      vectors: tables.vectors,
      source,
      signal: lifetime.signal,
      warn,
    });
    const close = once(async () => {
      await lifetime.end();
      await vectors.idle();
      await compactFragmented();
      await Promise.all(all.map((table) => table.close()));
      connection.close();
    });
    const knowledgeBase = new LanceKnowledgeBase({
      lines,
      files,
      vectors,
      history: new LineHistory(tables.history, clock),
      source,
      clock,
      lifetime,
      close,
      ...(options.onCommitStep ? { onCommitStep: options.onCommitStep } : {}),
    });
    const questions = new LanceQuestionLog({ ...tables, fingerprint: source.fingerprint, clock, lifetime });
    const inbox = new LanceInbox({ inbox: tables.inbox, done: tables.inboxDone, clock, lifetime });

    await compactFragmented();
    const missing = (await vectors.missing()).length;
    if (missing > 0) vectors.startCatchUp();
    if (missing <= EMBEDDED_AT_OPEN) await vectors.idle();
    return { lines: knowledgeBase, questions, inbox, close };
  } catch (error) {
    connection.close();
    throw storeFailure(location, error);
  }
}

async function openConnection(location: string): Promise<Connection> {
  if (location.trim() === '') {
    throw new KbError('store', { values: { location: '""', detail: 'no folder or address is given' } });
  }
  try {
    // Reads always look for what other processes wrote.
    return await connect(location, { readConsistencyInterval: 0 });
  } catch (error) {
    throw storeFailure(location, error);
  }
}

async function openTables(context: TableContext, source: VectorSource) {
  return {
    lines: await LanceTable.open(context, linesTable),
    vectors: await LanceTable.open(context, vectorsTable(source)),
    files: await LanceTable.open(context, filesTable),
    history: await LanceTable.open(context, historyTable),
    questions: await LanceTable.open(context, questionsTable),
    feedback: await LanceTable.open(context, feedbackTable),
    resolved: await LanceTable.open(context, resolvedTable),
    inbox: await LanceTable.open(context, inboxTable),
    inboxDone: await LanceTable.open(context, inboxDoneTable),
  };
}

function once(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= task();
    return running;
  };
}
