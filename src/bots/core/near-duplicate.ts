import { normalizeLine } from '../../store/faq-line.ts';
import type { KnowledgeBase, VectorSource } from '../../store/knowledge-base.ts';
import { toAnswerMatch } from './answer.ts';
import type { NearDuplicate } from './command-result.ts';

/**
 * From this cosine on, two lines are taken to say nearly the same, and adding the second asks first.
 * With the builtin model, rewordings of a line lie mostly above it (打印机在三楼 / 打印机在3楼 0.81), lines about the
 * same thing that say another below (打印机在三楼 / 打印机在五楼 0.754, 开门时间是9点 / 关门时间是18点 0.66).
 */
export const NEAR_DUPLICATE_COSINE = 0.77;

export interface NearDuplicateOptions {
  /** From this cosine on a line is held back. */
  readonly atLeast: number;
  /** The weak threshold of answers, to show the existing line as an answer would. */
  readonly lowConfidence: number;
  readonly signal?: AbortSignal | undefined;
}

/** Lines sorted into those to add and those whose meaning is there already. */
export interface Screened {
  readonly clear: readonly string[];
  readonly held: readonly NearDuplicate[];
}

/**
 * Compares lines with what is stored. A line that is stored word for word is clear (adding it changes nothing and
 * the store says so), and so is one that cannot be stored (the store says why).
 */
export async function screenLines(
  lines: readonly string[],
  store: Pick<KnowledgeBase, 'search'>,
  vectors: VectorSource,
  options: NearDuplicateOptions,
): Promise<Screened> {
  const clear: string[] = [];
  const held: NearDuplicate[] = [];
  const valid = lines.flatMap((line) => {
    const text = tryNormalize(line);
    if (text !== undefined) return [text];
    clear.push(line);
    return [];
  });
  for (let i = 0; i < valid.length; i += vectors.limits.maxTexts) {
    const batch = valid.slice(i, i + vectors.limits.maxTexts);
    const embedded = await vectors.embedLines(batch, options.signal ? { signal: options.signal } : {});
    for (const [j, text] of batch.entries()) {
      const vector = embedded.vectors[j];
      const nearest = vector && (await store.search(vector, 1))[0];
      if (nearest && nearest.similarity >= options.atLeast && nearest.line.text !== text)
        held.push({ text, existing: toAnswerMatch(nearest.line, nearest.similarity, options.lowConfidence) });
      else clear.push(text);
    }
  }
  return { clear, held };
}

function tryNormalize(line: string): string | undefined {
  try {
    return normalizeLine(line);
  } catch {
    return undefined;
  }
}
