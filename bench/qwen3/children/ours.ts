import type { Precision } from '../../../src/engine/qwen3/load/precision.ts';
import { openQwen3Embedder } from '../../../src/engine/qwen3/qwen3-embedder.ts';
import { serve } from './serve.ts';

/** This project's engine as the bots use it: through its worker, batcher and cached instruction. */
await serve(async ({ checkpoint, cacheFolder, threads, variant, task }) => {
  const embedder = await openQwen3Embedder({
    name: 'bench',
    folder: checkpoint,
    cacheFolder,
    threads,
    task,
    device: 'cpu',
    precision: variant as Precision,
  });
  return {
    async question(text) {
      return (await embedder.embedQueries([text])).vectors[0] ?? [];
    },
    async lines(texts) {
      return (await embedder.embedLines(texts, { priority: 'import' })).vectors;
    },
    close: () => embedder.close(),
  };
});
