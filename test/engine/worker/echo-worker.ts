import { workerData } from 'node:worker_threads';
import { serveWorker } from '../../../src/engine/worker/serve-worker.ts';

/** Answers with what it was asked; fails or dies on request. */
await serveWorker<string, string>(async () => {
  if (workerData === 'broken') throw new Error('there is nothing to load.');
  return async (request) => {
    if (request === 'fail') throw new Error('asked to fail');
    if (request === 'die') process.exit(3);
    if (request === 'work') await new Promise((resolve) => setTimeout(resolve, 200));
    return { result: `${request}!` };
  };
});
