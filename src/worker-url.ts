import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a worker from a module beside the caller: `startWorker('./worker.ts', import.meta.url, { workerData })`.
 * From the build the `.js` file runs; from the sources (tests, `tsx`) the `.ts` file does, through tsx, because
 * neither Node 20 nor a test runner transpiles what a worker loads.
 */
export function startWorker(file: string, parentUrl: string, options: WorkerOptions = {}): Worker {
  const fromSource = new URL(parentUrl).pathname.endsWith('.ts');
  if (!fromSource) return new Worker(new URL(file.replace(/\.ts$/, '.js'), parentUrl), options);
  const tsx = import.meta.resolve('tsx/esm/api');
  const entry = new URL(file, parentUrl).href;
  // `--import tsx` does nothing in a worker, so that the worker registers it itself.
  const code = `import(${JSON.stringify(tsx)}).then(async ({ register }) => {
    register();
    await import(${JSON.stringify(entry)});
  });`;
  return new Worker(code, { ...options, eval: true, execArgv: [] });
}
