import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openQwen3Reranker } from '../../../src/engine/qwen3/qwen3-reranker.ts';
import { writeRandomCheckpoint } from '../../support/qwen3/random-checkpoint.ts';
import { rerankerContract } from '../reranker.contract.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'qwen3-reranker-'));
  await writeRandomCheckpoint(join(root, 'checkpoint'), { maxPositions: 1024 });
});
afterAll(() => rm(root, { recursive: true }));

const open = () =>
  openQwen3Reranker({
    name: 'Qwen/Tiny-Reranker',
    folder: join(root, 'checkpoint'),
    cacheFolder: join(root, 'cache'),
    device: 'cpu',
    precision: 'fp32',
    threads: 1,
  });

rerankerContract('qwen3', open, {
  overlong: '差旅报销需要发票。'.repeat(500),
  meaningful: false,
});

describe('a Qwen3 reranker', () => {
  it('keeps queries apart that share a batch', async () => {
    const reranker = await open();
    const documents = ['年假有十天。', 'The printer is on the third floor.'];
    const queries = ['年假有几天？', '打印机在哪？', 'How many days?'];
    const together = await Promise.all(queries.map((query) => reranker.rerank(query, documents)));
    for (const [i, query] of queries.entries()) {
      const alone = await reranker.rerank(query, documents);
      alone.scores.forEach((score, j) => {
        expect(together[i]?.scores[j]).toBeCloseTo(score, 4);
      });
    }
    expect(new Set(together.flatMap(({ scores }) => scores)).size).toBe(6);
    await reranker.close();
  });

  it('cuts a long document and keeps what stands after it', async () => {
    const reranker = await open();
    const long = '差旅报销需要发票。'.repeat(500);
    const { scores, tokens } = await reranker.rerank('报销', [long, `${long}和它的结尾`]);
    expect(tokens).toBe(2 * 1024);
    expect(scores[1]).toBeCloseTo(scores[0] ?? Number.NaN, 6);
    await reranker.close();
  });

  it('reads the task', async () => {
    const reranker = await open();
    const [usual, other] = [
      await reranker.rerank('报销', ['发票']),
      await reranker.rerank('报销', ['发票'], { task: 'Judge the tone' }),
    ];
    expect(other.scores).not.toEqual(usual.scores);
    await reranker.close();
  });
});
