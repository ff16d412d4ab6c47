import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { KbError } from '../errors.ts';
import { checkSet, type EvaluationSet, parseLines, parseQuestions } from './evaluation-set.ts';

export interface EvaluationFiles {
  /** `question<TAB>expected line`. */
  readonly questions: string;
  /** One FAQ line a line. */
  readonly lines: string;
  /** One question a line that no FAQ line answers. */
  readonly unanswerable?: string | undefined;
}

/** Reads a set from its files. Rejects with `file` for one that is missing or malformed. */
export async function readEvaluationSet(files: EvaluationFiles): Promise<EvaluationSet> {
  const [questions, lines, unanswerable] = await Promise.all([
    readText(files.questions),
    readText(files.lines),
    files.unanswerable === undefined ? '' : readText(files.unanswerable),
  ]);
  return checkSet(
    {
      lines: parseLines(lines),
      questions: parseQuestions(questions, files.questions),
      unanswerable: parseLines(unanswerable),
    },
    files.questions,
  );
}

/** The files of every set in a folder: `NAME.questions.tsv`, `NAME.lines.txt`, perhaps `NAME.unanswerable.txt`. */
export async function findEvaluationSets(folder: string): Promise<Map<string, EvaluationFiles>> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const sets = names
    .filter((name) => name.endsWith('.questions.tsv'))
    .sort()
    .map((file) => basename(file, '.questions.tsv'));
  return new Map(
    sets.map((set) => {
      const unanswerable = `${set}.unanswerable.txt`;
      return [
        set,
        {
          questions: join(folder, `${set}.questions.tsv`),
          lines: join(folder, `${set}.lines.txt`),
          unanswerable: names.includes(unanswerable) ? join(folder, unanswerable) : undefined,
        },
      ];
    }),
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): KbError {
  const detail = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new KbError('file', { values: { path, detail }, cause: error });
}
