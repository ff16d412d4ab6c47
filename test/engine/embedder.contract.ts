import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Embedder, EmbedOptions } from '../../src/engine/embedder.ts';
import { KbError } from '../../src/errors.ts';

export interface ContractOptions {
  /** A text with more tokens than the model reads. */
  readonly overlong: string;
  /** Whether a question's vector differs from the same text's as a line. */
  readonly queriesDiffer?: boolean;
}

const SHORT = ['报销流程', 'VPN 怎么连？', '年假有几天', 'reset my password'];
const RAGGED = [
  '年假',
  'How many days of annual leave do I get in my first year, and can I carry them over to the next one?',
  '🍎',
  '差旅报销需要在行程结束后三十天内提交，附上发票原件和审批单，逾期不再受理。',
  'Ωμέγα naïve café',
  '年假有几天',
];

export const cosine = (a: Float32Array | undefined, b: Float32Array | undefined): number =>
  a && b ? a.reduce((sum, value, i) => sum + value * (b[i] ?? Number.NaN), 0) : Number.NaN;

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing thrown',
    (error: unknown) => (error instanceof KbError ? error.code : error),
  );

/** What every embedder must do. `open` gives a new one each time. */
export function embedderContract(
  name: string,
  open: () => Promise<Embedder>,
  { overlong, queriesDiffer = false }: ContractOptions,
): void {
  describe(`${name} keeps the embedder contract`, () => {
    let embedder: Embedder;
    beforeAll(async () => {
      embedder = await open();
    });
    afterAll(() => embedder.close());

    const methods = ['embedLines', 'embedQueries'] as const;

    it('says what it is', () => {
      expect(embedder.model).not.toBe('');
      expect(embedder.dimensions).toBeGreaterThan(0);
      expect(embedder.fingerprint).toMatch(/^[a-z0-9-]+$/);
    });

    it('has one fingerprint for one model', async () => {
      const other = await open();
      expect(other.fingerprint).toBe(embedder.fingerprint);
      await other.close();
    });

    describe.each(methods)('%s', (method) => {
      const embed = (texts: readonly string[], options?: EmbedOptions) => embedder[method](texts, options);

      it('gives one unit vector a text and counts tokens', async () => {
        const { vectors, tokens } = await embed(RAGGED);
        expect(vectors).toHaveLength(RAGGED.length);
        for (const vector of vectors) {
          expect(vector).toBeInstanceOf(Float32Array);
          expect(vector).toHaveLength(embedder.dimensions);
          expect(Math.abs(Math.hypot(...vector) - 1)).toBeLessThan(1e-4);
        }
        expect(tokens).toBeGreaterThanOrEqual(RAGGED.length);
      });

      it('gives the same vector again', async () => {
        const [first, again] = [await embed(RAGGED), await embed(RAGGED)];
        expect(again.vectors).toEqual(first.vectors);
        expect(again.tokens).toBe(first.tokens);
      });

      it.each([
        ['of equal texts', ['年假有几天', '年假有几天', '年假有几天']],
        ['of similar length', SHORT],
        ['of ragged length', RAGGED],
        ['larger than a model batch', Array.from({ length: 300 }, (_, i) => RAGGED[i % RAGGED.length] ?? '')],
      ])('gives a text the same vector alone as in a batch %s', async (_, texts) => {
        const { vectors } = await embed(texts);
        const alone = new Map<string, Float32Array | undefined>();
        for (const text of new Set(texts)) alone.set(text, (await embed([text])).vectors[0]);
        texts.forEach((text, i) => {
          expect(cosine(vectors[i], alone.get(text))).toBeGreaterThanOrEqual(0.9999);
        });
      });

      it('tells different texts apart, so that the order can be seen', async () => {
        const { vectors } = await embed(RAGGED);
        vectors.forEach((vector, i) => {
          vectors.slice(i + 1).forEach((other) => {
            expect(cosine(vector, other)).toBeLessThan(0.9999);
          });
        });
      });

      it('answers no texts with no vectors', async () => {
        expect(await embed([])).toEqual({ vectors: [], tokens: 0 });
      });

      it.each(['', '   ', '\t\n', '\u200b', '\u3000'])('refuses the blank text %j', async (blank) => {
        expect(await codeOf(embed(['年假', blank]))).toBe('empty_query');
      });

      it('treats an over-long text as it declares', async () => {
        if (embedder.limits.overlong === 'refuse') {
          expect(await codeOf(embed([overlong]))).toBe('text_too_long');
          return;
        }
        const { vectors, tokens } = await embed([overlong, `${overlong} and its end`]);
        expect(cosine(vectors[0], vectors[1])).toBeGreaterThan(0.9999);
        expect(tokens).toBeLessThanOrEqual(2 * embedder.limits.maxTokens);
      });

      it('refuses too many texts, and takes as many as it declares', async () => {
        const { maxTexts } = embedder.limits;
        expect(await codeOf(embed(new Array(maxTexts + 1).fill('a')))).toBe('too_many_texts');
        expect((await embed(new Array(maxTexts).fill('a'))).vectors).toHaveLength(maxTexts);
      });

      it('does nothing for a call that is cancelled already', async () => {
        expect(await codeOf(embed(SHORT, { signal: AbortSignal.abort() }))).toBe('cancelled');
      });

      it('stops a call that is cancelled while it runs or waits, and works on', async () => {
        const cancelled = new AbortController();
        // Texts that were not asked before: an embedder may answer those from memory.
        const fresh = (what: string) => Array.from({ length: 200 }, (_, i) => `${method} ${what} ${i}`);
        const running = embed(fresh('running'), { signal: cancelled.signal });
        const waiting = embed(fresh('waiting'), { signal: cancelled.signal, priority: 'import' });
        const other = embed(SHORT);
        queueMicrotask(() => queueMicrotask(() => cancelled.abort()));
        expect(await codeOf(running)).toBe('cancelled');
        expect(await codeOf(waiting)).toBe('cancelled');
        expect((await other).vectors).toEqual((await embed(SHORT)).vectors);
      });

      it('serves many callers at once, each its own answer', async () => {
        const alone = await Promise.all(SHORT.map(async (text) => (await embed([text])).vectors[0]));
        const calls = Array.from({ length: 60 }, (_, i) =>
          embed([SHORT[i % SHORT.length] ?? ''], { priority: i % 3 === 0 ? 'import' : 'question' }),
        );
        (await Promise.all(calls)).forEach(({ vectors }, i) => {
          expect(cosine(vectors[0], alone[i % SHORT.length])).toBeGreaterThanOrEqual(0.9999);
        });
      });
    });

    it('embeds questions and lines as the model wants them', async () => {
      const [question, line] = [
        await embedder.embedQueries(['年假有几天']),
        await embedder.embedLines(['年假有几天']),
      ];
      const same = cosine(question.vectors[0], line.vectors[0]) > 0.9999;
      expect(same).toBe(!queriesDiffer);
    });

    it('ends running work on close, then refuses', async () => {
      const other = await open();
      const running = other.embedLines(SHORT);
      const closed = other.close();
      expect((await running).vectors).toHaveLength(SHORT.length);
      await closed;
      expect(await codeOf(other.embedQueries(['年假']))).toBe('shutting_down');
      expect(await codeOf(other.embedLines(['年假']))).toBe('shutting_down');
      await other.close();
    });
  });
}
