import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Embedder } from '../../src/engine/embedder.ts';
import { evaluate, evaluateKeywords } from '../../src/evaluation/evaluate.ts';
import { checkSet, parseLines, parseQuestions } from '../../src/evaluation/evaluation-set.ts';
import { findEvaluationSets, readEvaluationSet } from '../../src/evaluation/read-evaluation-set.ts';

/** Directions in the plane by degrees: the text is the angle, so that every cosine is known. */
const compass: Embedder = {
  model: 'compass',
  dimensions: 2,
  fingerprint: 'compass',
  limits: { maxTokens: 10, overlong: 'cut', maxTexts: 2 },
  embedQueries: async (texts) => ({ vectors: texts.map(direction), tokens: 0 }),
  embedLines: async (texts) => {
    if (texts.length > 2) throw new Error('More texts than the limit.');
    return { vectors: texts.map(direction), tokens: 0 };
  },
  close: async () => {},
};
function direction(text: string): Float32Array {
  const angle = (Number.parseFloat(text) / 180) * Math.PI;
  return Float32Array.of(Math.cos(angle), Math.sin(angle));
}

describe('evaluate', () => {
  const set = {
    lines: ['0', '30', '60', '90', '120', '150', '180'],
    questions: [
      { question: '2', expected: ['0'] },
      { question: '17', expected: ['0'] },
      { question: '0', expected: ['180', 'somewhere else'] },
    ],
    unanswerable: ['270', '300'],
  };

  it('ranks by cosine and measures the mark', async () => {
    const report = await evaluate(compass, set);
    expect(report).toMatchObject({ model: 'compass', lines: 7, questions: 3, unanswerable: 2 });
    // Ranks 1, 2 (after 30) and 7 (the other side).
    expect(report.top1).toBeCloseTo(1 / 3, 10);
    expect(report.top5).toBeCloseTo(2 / 3, 10);
    expect(report.mrr10).toBeCloseTo((1 + 1 / 2 + 1 / 7) / 3, 10);
    expect(report.confidence).toMatchObject({
      auroc: 1,
      current: { threshold: 0.4, answerableKept: 1, unanswerableMarked: 0.5 },
      // The cosine of 60 degrees, by which 300 misses 0.
      suggested: { threshold: 0.5, balancedAccuracy: 1 },
    });
  });

  it('measures no mark without unanswerable questions', async () => {
    expect(await evaluate(compass, { ...set, unanswerable: [] })).not.toHaveProperty('confidence');
  });

  it('finds nothing by keywords where none is shared', () => {
    const report = evaluateKeywords({
      lines: ['年假五天', 'VPN'],
      questions: [
        { question: '年假几天', expected: ['年假五天'] },
        { question: 'holiday', expected: ['年假五天'] },
      ],
      unanswerable: [],
    });
    expect(report).toMatchObject({ model: 'bm25', top1: 0.5, top5: 0.5, mrr10: 0.5 });
  });
});

describe('evaluation files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'evaluation-'));
    await writeFile(join(folder, 'faq.lines.txt'), '年假  五天\r\n\nVPN\n');
    await writeFile(join(folder, 'faq.questions.tsv'), '\ufeff几天？\t年假 五天 || VPN\r\n\n怎么连\tVPN\n');
    await writeFile(join(folder, 'faq.unanswerable.txt'), '食堂在哪\n');
    await writeFile(join(folder, 'broken.questions.tsv'), 'a\tb\nno tab\n');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are found and read', async () => {
    const sets = await findEvaluationSets(folder);
    expect([...sets.keys()]).toEqual(['broken', 'faq']);
    const files = sets.get('faq');
    expect(files && (await readEvaluationSet(files))).toEqual({
      lines: ['年假 五天', 'VPN'],
      questions: [
        { question: '几天？', expected: ['年假 五天', 'VPN'] },
        { question: '怎么连', expected: ['VPN'] },
      ],
      unanswerable: ['食堂在哪'],
    });
  });

  it('are named when they are missing', async () => {
    const files = { questions: join(folder, 'none.tsv'), lines: join(folder, 'faq.lines.txt') };
    await expect(readEvaluationSet(files)).rejects.toMatchObject({
      code: 'file',
      message: expect.stringContaining('none.tsv'),
    });
    await expect(findEvaluationSets(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'file' });
  });

  it.each(['question only', '\tline', 'question\t', 'a\tb\tc'])('must be well-formed: %j', (line) => {
    expect(() => parseQuestions(`good\tline\n${line}`, 'q.tsv')).toThrow('q.tsv cannot be read: line 2');
  });

  it('must expect a line that is there', () => {
    const questions = parseQuestions('a\tVPN\nb\t年假', 'q.tsv');
    expect(() => checkSet({ lines: parseLines('VPN'), questions, unanswerable: [] }, 'q.tsv')).toThrow(
      '年假',
    );
  });
});
