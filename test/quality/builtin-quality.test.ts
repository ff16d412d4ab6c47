import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBuiltinEmbedder } from '../../src/engine/builtin/builtin-embedder.ts';
import type { Embedder } from '../../src/engine/embedder.ts';
import { evaluate, evaluateKeywords } from '../../src/evaluation/evaluate.ts';
import { readEvaluationSet } from '../../src/evaluation/read-evaluation-set.ts';
import { cosine } from '../engine/embedder.contract.ts';

/** A little under what the model that ships reaches on these questions: raise them with a better model. */
const FLOORS = {
  'cards-dev-zh': { lines: 'cards-dev-zh', top1: 0.75, top5: 0.91, mrr10: 0.82 },
  'cards-dev-en': { lines: 'cards-dev-en', top1: 0.67, top5: 0.83, mrr10: 0.74 },
  'cards-dev-cross': { lines: 'cards-dev-zh', top1: 0.66, top5: 0.84, mrr10: 0.74 },
};

const DEMO_LINES = [
  '苹果是一种很好吃的水果。',
  '法国的首都是巴黎。',
  '机器学习模型可以理解文本语义。',
  'Python中如何读取CSV文件?',
  'pandas.read_csv()函数常用参数有哪些?',
  '用open()函数读取文本文件的步骤是什么?',
  '机器学习模型评估指标有哪些?',
  '准确率、精确率、召回率分别怎么计算?',
  'TensorFlow和PyTorch的主要区别是什么?',
  'RNN适合处理什么类型的数据?',
  'Transformer架构的核心思想是什么?',
  '差分隐私(DP)通过在梯度更新中添加噪声,防止模型过度拟合单个样本。',
];

/** Texts of one meaning without shared words, or in two languages. */
const PAIRS: [string, string][] = [
  ['犬类', '金毛寻回犬'],
  ['买手机', '购入智能手机'],
  ['北京是中国的首都', 'The capital of China is Beijing.'],
  ['我发烧了怎么办', '退烧药服用注意事项'],
];

let embedder: Embedder;
beforeAll(async () => {
  embedder = await openBuiltinEmbedder();
});
afterAll(() => embedder.close());

/** The lines, nearest to the question first. */
async function rank(question: string, lines: readonly string[]): Promise<string[]> {
  const [asked, { vectors }] = await Promise.all([
    embedder.embedQueries([question]),
    embedder.embedLines(lines),
  ]);
  return lines
    .map((line, i) => ({ line, score: cosine(asked.vectors[0], vectors[i]) }))
    .sort((a, b) => b.score - a.score)
    .map(({ line }) => line);
}

describe('the builtin model on FAQ cards it has not seen', () => {
  const path = (file: string) => fileURLToPath(new URL(`../fixtures/eval/${file}`, import.meta.url));

  it.each(Object.entries(FLOORS))(
    'stays over the floors of %s, and over keywords',
    async (name, { lines, ...floors }) => {
      const set = await readEvaluationSet({
        questions: path(`${name}.questions.tsv`),
        lines: path(`${lines}.lines.txt`),
      });
      const [{ top1, top5, mrr10 }, keywords] = [await evaluate(embedder, set), evaluateKeywords(set)];
      for (const [figure, value] of Object.entries({ top1, top5, mrr10 })) {
        const figureName = figure as keyof typeof floors;
        expect(value, figure).toBeGreaterThanOrEqual(floors[figureName]);
        expect(value, `${figure} of keywords`).toBeGreaterThan(keywords[figureName]);
      }
    },
  );
});

describe('the builtin model on the demo lines', () => {
  it.each([
    ['我想吃点东西', '苹果是一种很好吃的水果。'],
    ['巴黎是法国的首都吗?', '法国的首都是巴黎。'],
    ['机器学习模型能做什么?', '机器学习模型可以理解文本语义。'],
  ])('finds for %s first %s', async (question, line) => {
    expect((await rank(question, DEMO_LINES))[0]).toBe(line);
  });

  it('finds an English question’s Chinese answer among the first five', async () => {
    const found = await rank('What is the capital of France?', DEMO_LINES);
    expect(found.slice(0, 5)).toContain('法国的首都是巴黎。');
  });

  it.each([...PAIRS, ...PAIRS.map(([a, b]): [string, string] => [b, a])])(
    'finds for %s first %s',
    async (question, line) => {
      const others = PAIRS.flat().filter((text) => text !== question);
      expect((await rank(question, [...DEMO_LINES, ...others]))[0]).toBe(line);
    },
  );
});
