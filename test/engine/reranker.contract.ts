import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reranker } from '../../src/engine/reranker.ts';
import { KbError } from '../../src/errors.ts';

export interface RerankerContractOptions {
  /** A document with more tokens than the model reads beside a short query. */
  readonly overlong: string;
  /** Whether the model is trained, so that a right document must score above wrong ones. Default true. */
  readonly meaningful?: boolean;
  /** By how much the scores of one pair may differ from call to call. Default 0.0001. */
  readonly tolerance?: number;
}

const QUERY = '年假有几天';
const RIGHT = '全职员工每年有二十天年假，入职第一年有几天按月折算。';
const RAGGED = [
  'Forgot your password? Reset it on the sign-in page.',
  RIGHT,
  '🍎',
  '差旅报销需要在行程结束后三十天内提交，附上发票原件和审批单，逾期不再受理。',
  'VPN',
];

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing thrown',
    (error: unknown) => (error instanceof KbError ? error.code : error),
  );

/** What every reranker must do. `open` gives a new one each time. */
export function rerankerContract(
  name: string,
  open: () => Promise<Reranker>,
  { overlong, meaningful = true, tolerance = 1e-4 }: RerankerContractOptions,
): void {
  describe(`${name} keeps the reranker contract`, () => {
    let reranker: Reranker;
    beforeAll(async () => {
      reranker = await open();
    });
    afterAll(() => reranker.close());

    const scoresOf = async (query: string, documents: readonly string[]) =>
      (await reranker.rerank(query, documents)).scores;
    const expectNear = (score: number | undefined, other: number | undefined) =>
      expect(Math.abs((score ?? Number.NaN) - (other ?? Number.NaN))).toBeLessThanOrEqual(tolerance);

    it('says what it is', () => {
      expect(reranker.model).not.toBe('');
      expect(reranker.limits.maxTokens).toBeGreaterThan(0);
      expect(reranker.limits.maxTexts).toBeGreaterThan(0);
    });

    it('gives one probability a document and counts tokens', async () => {
      const { scores, tokens } = await reranker.rerank(QUERY, RAGGED);
      expect(scores).toHaveLength(RAGGED.length);
      for (const score of scores) {
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }
      expect(tokens).toBeGreaterThanOrEqual(RAGGED.length);
    });

    it('gives the scores in the order of the documents', async () => {
      const scores = await scoresOf(QUERY, RAGGED);
      const turned = await scoresOf(QUERY, [...RAGGED].reverse());
      turned.reverse().forEach((score, i) => {
        expectNear(score, scores[i]);
      });
      // Only different scores can show an order.
      expect(new Set(scores).size).toBeGreaterThan(1);
    });

    it.runIf(meaningful)('scores the document that answers above the others', async () => {
      const scores = await scoresOf(QUERY, RAGGED);
      expect(scores.indexOf(Math.max(...scores))).toBe(RAGGED.indexOf(RIGHT));
    });

    it.each([
      ['of ragged length', RAGGED],
      ['of equal documents', [RIGHT, RIGHT, RIGHT]],
      ['larger than a model batch', Array.from({ length: 60 }, (_, i) => RAGGED[i % RAGGED.length] ?? '')],
    ])('gives a pair the same score alone as in a call %s', async (_, documents) => {
      const scores = await scoresOf(QUERY, documents);
      const alone = new Map<string, number | undefined>();
      for (const document of new Set(documents)) alone.set(document, (await scoresOf(QUERY, [document]))[0]);
      documents.forEach((document, i) => {
        expectNear(scores[i], alone.get(document));
      });
    });

    it('reads the query too', async () => {
      expect(await scoresOf('How do I reset my password?', RAGGED)).not.toEqual(
        await scoresOf(QUERY, RAGGED),
      );
    });

    it('answers no documents with no scores', async () => {
      expect(await reranker.rerank(QUERY, [])).toEqual({ scores: [], tokens: 0 });
    });

    it.each(['', '   ', '\t\n', '\u200b', '\u3000'])('refuses the blank text %j', async (blank) => {
      expect(await codeOf(reranker.rerank(blank, RAGGED))).toBe('empty_query');
      expect(await codeOf(reranker.rerank(QUERY, [RIGHT, blank]))).toBe('empty_query');
    });

    it('cuts an over-long document at its end', async () => {
      const { scores, tokens } = await reranker.rerank(QUERY, [overlong, `${overlong} and its end`]);
      expectNear(scores[0], scores[1]);
      expect(tokens).toBeLessThanOrEqual(2 * reranker.limits.maxTokens);
    });

    it('refuses too many documents, and takes as many as it declares', async () => {
      const { maxTexts } = reranker.limits;
      expect(await codeOf(reranker.rerank('a', new Array(maxTexts + 1).fill('a')))).toBe('too_many_texts');
      expect(await scoresOf('a', new Array(maxTexts).fill('a'))).toHaveLength(maxTexts);
    });

    it('does nothing for a call that is cancelled already', async () => {
      const signal = AbortSignal.abort();
      expect(await codeOf(reranker.rerank(QUERY, RAGGED, { signal }))).toBe('cancelled');
    });

    it('stops a call that is cancelled while it runs or waits, and works on', async () => {
      const cancelled = new AbortController();
      const { signal } = cancelled;
      const running = reranker.rerank(QUERY, new Array(100).fill(RIGHT), { signal });
      const waiting = reranker.rerank(QUERY, RAGGED, { signal });
      const other = reranker.rerank(QUERY, RAGGED);
      queueMicrotask(() => queueMicrotask(() => cancelled.abort()));
      expect(await codeOf(running)).toBe('cancelled');
      expect(await codeOf(waiting)).toBe('cancelled');
      const again = await scoresOf(QUERY, RAGGED);
      (await other).scores.forEach((score, i) => {
        expectNear(score, again[i]);
      });
    });

    it('serves many callers at once, each its own answer', async () => {
      const queries = [QUERY, 'VPN', 'How do I reset my password?'];
      const alone = await Promise.all(queries.map((query) => scoresOf(query, RAGGED)));
      const calls = Array.from({ length: 12 }, (_, i) => scoresOf(queries[i % queries.length] ?? '', RAGGED));
      (await Promise.all(calls)).forEach((scores, i) => {
        scores.forEach((score, j) => {
          expectNear(score, alone[i % queries.length]?.[j]);
        });
      });
    });

    it('ends running work on close, then refuses', async () => {
      const other = await open();
      const running = other.rerank(QUERY, RAGGED);
      const closed = other.close();
      expect((await running).scores).toHaveLength(RAGGED.length);
      await closed;
      expect(await codeOf(other.rerank(QUERY, RAGGED))).toBe('shutting_down');
      await other.close();
    });
  });
}
