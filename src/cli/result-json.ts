import type { Answer, AnswerMatch } from '../bots/core/answer.ts';
import type { CommandResult } from '../bots/core/command-result.ts';
import type { KbError } from '../errors.ts';
import type { Language } from '../language.ts';

/** The document of `--json` for a command's result; answers and errors look as in the HTTP interface. */
export function resultJson(result: CommandResult): unknown {
  switch (result.kind) {
    case 'answer':
      return answerJson(result.answer);
    case 'added':
      return {
        added: result.added.map(idAndText),
        duplicates: result.duplicates.map(idAndText),
        rejected: result.rejected.map(({ text, reason }) => ({ text, reason })),
        nearDuplicates: result.nearDuplicates.map(({ text, existing }) => ({
          text,
          existing: matchJson(existing),
        })),
      };
    case 'list': {
      const { items, page, pages, total } = result.page;
      return { lines: items, page, pages, total };
    }
    case 'removed':
      return { removed: result.line };
    case 'replaced':
      return { removed: result.removed, added: result.added };
    case 'undone':
      return { undone: result.change };
    case 'nothing-to-undo':
      return { undone: null };
    case 'inspection':
      return { ...result.inspection, nearest: result.inspection.nearest.map(matchJson) };
    case 'gaps':
      return { gaps: result.gaps };
    case 'stats':
      return result.stats;
    case 'failed':
      return errorJson(result.error, result.language);
    case 'add-form':
    case 'help':
      return { kind: result.kind };
    case 'hint':
      return { kind: result.kind, name: result.name, reason: result.reason };
  }
}

/** The document of a failure. */
export function errorJson(error: KbError, language: Language): unknown {
  return { error: { code: error.code, message: error.sentence(language) } };
}

function answerJson(answer: Answer): unknown {
  return {
    query: answer.question,
    model: answer.model,
    threshold: answer.threshold,
    lowConfidence: answer.lowConfidence,
    matches: answer.matches.map(matchJson),
  };
}

const matchJson = ({ id, text, score, lowConfidence, source }: AnswerMatch) => ({
  id,
  text,
  score,
  lowConfidence,
  source,
});

const idAndText = ({ id, text }: { id: string; text: string }) => ({ id, text });
