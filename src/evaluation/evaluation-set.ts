import { KbError } from '../errors.ts';

/** A question and the lines of which any is a right answer. */
export interface LabelledQuestion {
  readonly question: string;
  readonly expected: readonly string[];
}

/** FAQ lines with questions whose answers are known. */
export interface EvaluationSet {
  readonly lines: readonly string[];
  readonly questions: readonly LabelledQuestion[];
  /** Questions that no line answers; empty where the warning is not to be measured. */
  readonly unanswerable: readonly string[];
}

/** The texts of a file, one a line: blanks trimmed and squeezed, empty lines dropped. */
export function parseLines(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const tidy = squeeze(line);
    return tidy === '' ? [] : [tidy];
  });
}

/**
 * Questions of a file: `question<TAB>expected line`, several right ones separated by ` || `.
 * @param path The file's name, for messages.
 * @throws `file`, with the number of the first line that is not of this form.
 */
export function parseQuestions(text: string, path: string): LabelledQuestion[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    const [question = '', answers = '', ...more] = line.split('\t');
    const expected = answers.split(' || ').map(squeeze).filter(Boolean);
    if (squeeze(question) === '' || expected.length === 0 || more.length > 0) {
      throw badFile(path, `line ${i + 1} is not "question<TAB>expected line"`);
    }
    return [{ question: squeeze(question), expected }];
  });
}

/**
 * Checks that every question can be answered at all.
 * @throws `file` naming the first question none of whose expected lines is among the lines.
 */
export function checkSet(set: EvaluationSet, path: string): EvaluationSet {
  const lines = new Set(set.lines);
  const lost = set.questions.findIndex(({ expected }) => !expected.some((line) => lines.has(line)));
  if (lost !== -1) {
    throw badFile(
      path,
      `question ${lost + 1} expects a line that is not there: ${set.questions[lost]?.expected[0]}`,
    );
  }
  return set;
}

function badFile(path: string, detail: string): KbError {
  return new KbError('file', { values: { path, detail } });
}

function squeeze(text: string): string {
  // White space in JavaScript's sense includes a byte order mark.
  return text.replace(/\s+/g, ' ').trim();
}
