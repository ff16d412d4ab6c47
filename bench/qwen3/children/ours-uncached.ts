import { Batcher } from '../../../src/engine/batching/batcher.ts';
import { estimateTokens } from '../../../src/engine/batching/estimate-tokens.ts';
import { batchLimits } from '../../../src/engine/qwen3/batch-limits.ts';
import { openCheckpoint } from '../../../src/engine/qwen3/checkpoint/open-checkpoint.ts';
import { embeddingHead } from '../../../src/engine/qwen3/graph/embedding-head.ts';
import { loadRunner } from '../../../src/engine/qwen3/load/load-runner.ts';
import type { Precision } from '../../../src/engine/qwen3/load/precision.ts';
import { MAX_TOKENS } from '../../../src/engine/qwen3/qwen3-options.ts';
import { Qwen3Tokenizer } from '../../../src/engine/qwen3/tokenizer/qwen3-tokenizer.ts';
import { serve } from './serve.ts';

/** The same engine without its memory: the instruction is computed with every question. In this thread, no worker. */
await serve(async ({ checkpoint: folder, cacheFolder, threads, variant, instruction }) => {
  const checkpoint = await openCheckpoint(folder);
  const { hidden, vocabulary } = checkpoint.config;
  const tokenizer = await Qwen3Tokenizer.load(folder, vocabulary);
  const runner = await loadRunner({
    checkpoint,
    cacheFolder,
    threads,
    device: 'cpu',
    precision: variant as Precision,
    maxTokens: MAX_TOKENS,
    head: embeddingHead(hidden, hidden),
    width: hidden,
  });
  const batcher = new Batcher<string, Float32Array>({
    run: (texts) => runner.run(texts.map((text) => tokenizer.encode(text))),
    cost: (text) => estimateTokens(text, MAX_TOKENS),
    ...batchLimits('cpu'),
  });
  return {
    async question(text) {
      return (await batcher.submit([instruction + text]))[0] ?? [];
    },
    lines: (texts) => batcher.submit(texts, { priority: 'import' }),
    close: () => runner.release(),
  };
});
