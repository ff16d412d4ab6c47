import { workerData } from 'node:worker_threads';
import { serveWorker } from '../worker/serve-worker.ts';
import { BuiltinModel } from './builtin-model.ts';
import type { BatchAnswer, BatchRequest, WorkerStart } from './protocol.ts';

await serveWorker<BatchRequest, BatchAnswer>(async () => {
  const model = await BuiltinModel.load(workerData as WorkerStart);
  return async (batch) => {
    const result = await model.embed(batch);
    return { result, transfer: [result.vectors.buffer] };
  };
});
