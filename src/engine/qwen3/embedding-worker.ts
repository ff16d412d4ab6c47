import { workerData } from 'node:worker_threads';
import { serveWorker } from '../worker/serve-worker.ts';
import { EmbeddingModel } from './embedding-model.ts';
import type { EmbeddingStart, EmbedItem, Qwen3Answer, Qwen3Request } from './protocol.ts';

await serveWorker<Qwen3Request<EmbedItem>, Qwen3Answer>(async () => {
  const model = await EmbeddingModel.load(workerData as EmbeddingStart);
  return async (request) => {
    if (request.kind === 'facts') return { result: { facts: model.facts } };
    const rows = await model.run(request.items);
    return { result: { rows }, transfer: rows.map(({ values }) => values.buffer as ArrayBuffer) };
  };
});
