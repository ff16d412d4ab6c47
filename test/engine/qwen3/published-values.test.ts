import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../src/engine/qwen3/checkpoint/open-checkpoint.ts';
import type { Precision } from '../../../src/engine/qwen3/load/precision.ts';
import { openQwen3Embedder, type Qwen3Embedder } from '../../../src/engine/qwen3/qwen3-embedder.ts';
import { cosine } from '../embedder.contract.ts';

const QUERIES = ['What is the capital of China?', 'Explain gravity'];
const DOCUMENTS = [
  'The capital of China is Beijing.',
  'Gravity is a force that attracts two bodies towards each other. It gives weight to physical objects and is ' +
    'responsible for the movement of planets around the sun.',
];

/** From the model cards, by the width of the model: the cosines of each query to each document. */
const published: Readonly<Record<number, readonly (readonly number[])[]>> = {
  1024: [
    [0.7645568251609802, 0.14142508804798126],
    [0.13549736142158508, 0.5999549627304077],
  ],
  2560: [
    [0.7534, 0.1147],
    [0.032, 0.6258],
  ],
  4096: [
    [0.7493, 0.0751],
    [0.088, 0.6318],
  ],
};

/** The 0.6B model's first values for "hello world", as a document and with the default query prompt. */
const HELLO = {
  line: [-0.01476084, 0.01723184, -0.01195498, -0.07275258, 0.00281229],
  query: [-0.01908712, 0.01635596, -0.00356586, -0.03947155, -0.01387356],
};

const folder = process.env.KB_TEST_MODEL_DIR;
const reason = 'KB_TEST_MODEL_DIR is not set to a folder with a published Qwen3-Embedding checkpoint';
// The usual report counts what was skipped without saying why.
if (folder === undefined)
  console.info(`The published values of Qwen3-Embedding were not checked: ${reason}.`);

describe.skipIf(folder === undefined)(`the published values (${folder ?? reason})`, () => {
  describe.each<[Precision, number]>([
    ['fp32', 0.002],
    ['int8', 0.02],
  ])('in %s', (precision, within) => {
    let embedder: Qwen3Embedder;
    let hidden: number;
    beforeAll(async () => {
      const path = folder ?? '';
      ({ hidden } = (await openCheckpoint(path)).config);
      embedder = await openQwen3Embedder({
        name: 'published',
        folder: path,
        cacheFolder: `${path}/.int8`,
        device: 'cpu',
        precision,
      });
    }, 600_000);
    afterAll(() => embedder.close());

    it('come out for the queries and documents of the model card', async () => {
      const { vectors: queries } = await embedder.embedQueries(QUERIES);
      const { vectors: documents } = await embedder.embedLines(DOCUMENTS);
      const expected = published[hidden];
      expect(expected, `a model of ${hidden} values has no published figures`).toBeDefined();
      queries.forEach((query, i) => {
        documents.forEach((document, j) => {
          expect(Math.abs(cosine(query, document) - (expected?.[i]?.[j] ?? Number.NaN))).toBeLessThan(within);
        });
      });
    });

    it('come out for "hello world"', async ({ skip }) => {
      if (hidden !== 1024) skip('only the 0.6B model has them');
      const first = (values: Float32Array | undefined) => [...(values ?? [])].slice(0, 5);
      const line = first((await embedder.embedLines(['hello world'])).vectors[0]);
      const query = first((await embedder.embedQueries(['hello world'])).vectors[0]);
      const atMost = precision === 'fp32' ? 1e-3 : 5e-3;
      HELLO.line.forEach((value, i) => {
        expect(Math.abs((line[i] ?? Number.NaN) - value)).toBeLessThan(atMost);
      });
      HELLO.query.forEach((value, i) => {
        expect(Math.abs((query[i] ?? Number.NaN) - value)).toBeLessThan(atMost);
      });
    });
  });
});
