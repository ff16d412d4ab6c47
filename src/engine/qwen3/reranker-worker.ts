import { workerData } from 'node:worker_threads';
import { serveWorker } from '../worker/serve-worker.ts';
import type { Qwen3Answer, Qwen3Request, Qwen3Start, RerankItem } from './protocol.ts';
import { RerankerModel } from './reranker-model.ts';

await serveWorker<Qwen3Request<RerankItem>, Qwen3Answer>(async () => {
  const model = await RerankerModel.load(workerData as Qwen3Start);
  return async (request) => {
    if (request.kind === 'facts') return { result: { facts: model.facts } };
    const rows = await model.run(request.items);
    return { result: { rows }, transfer: rows.map(({ values }) => values.buffer as ArrayBuffer) };
  };
});
