import { KbError } from '../../errors.ts';
import { lineId, normalizeLine } from '../faq-line.ts';
import type { RejectedLine } from '../knowledge-base.ts';

/** A normalised text with its id. */
export interface WantedLine {
  readonly id: string;
  readonly text: string;
}

/** The lines that somebody wants to be there: normalised, each once, and those that cannot be lines. */
export function readWantedLines(texts: readonly string[]): {
  wanted: WantedLine[];
  rejected: RejectedLine[];
} {
  const wanted = new Map<string, WantedLine>();
  const rejected: RejectedLine[] = [];
  for (const raw of texts) {
    try {
      const text = normalizeLine(raw);
      const id = lineId(text);
      wanted.set(id, { id, text });
    } catch (error) {
      if (!(error instanceof KbError)) throw error;
      if (error.code !== 'empty_line' && error.code !== 'line_too_long') throw error;
      rejected.push({ text: raw, reason: error.code, length: [...raw].length });
    }
  }
  return { wanted: [...wanted.values()], rejected };
}
