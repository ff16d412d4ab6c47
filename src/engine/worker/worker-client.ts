import type { Transferable, WorkerOptions } from 'node:worker_threads';
import { KbError } from '../../errors.ts';
import { startWorker } from '../../worker-url.ts';
import type { FromWorker, WorkerFailure } from './serve-worker.ts';

type Pending = { resolve: (result: unknown) => void; reject: (error: unknown) => void };

/**
 * Asks a worker thread for work, one promise a request. The worker's side is `serveWorker`.
 * A worker that dies rejects what was asked of it with `internal`.
 */
export class WorkerClient<Request, Result> {
  readonly #worker: ReturnType<typeof startWorker>;
  readonly #pending = new Map<number, Pending>();
  readonly #onSettled: (() => void)[] = [];
  #lastId = 0;
  #closing = false;
  #dead: unknown;

  private constructor(worker: ReturnType<typeof startWorker>) {
    this.#worker = worker;
  }

  /**
   * Starts the worker and waits until it is ready.
   * Rejects with `model` and the worker's reason where it cannot load.
   * @param model The name for that message.
   */
  static async start<Request, Result>(
    model: string,
    file: string,
    parentUrl: string,
    options: WorkerOptions,
  ): Promise<WorkerClient<Request, Result>> {
    const client = new WorkerClient<Request, Result>(startWorker(file, parentUrl, options));
    await new Promise<void>((resolve, reject) => {
      client.#pending.set(0, { resolve: () => resolve(), reject });
      client.#listen(model);
    });
    return client;
  }

  /** Whether the worker has ended, by itself or by {@link WorkerClient.close}. */
  get dead(): boolean {
    return this.#dead !== undefined;
  }

  request(request: Request, transfer: readonly Transferable[] = []): Promise<Result> {
    return new Promise<unknown>((resolve, reject) => {
      if (this.#dead !== undefined) return reject(new KbError('internal', { cause: this.#dead }));
      if (this.#closing) return reject(new KbError('shutting_down'));
      const id = ++this.#lastId;
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ id, request }, transfer);
    }) as Promise<Result>;
  }

  /**
   * Refuses new requests, lets the worker end those that it has, also the ones that nobody waits for any more, and then
   * stops it: a thread that is stopped inside a native call takes the process with it.
   */
  async close(): Promise<void> {
    this.#closing = true;
    while (this.#pending.size > 0) await new Promise<void>((resolve) => this.#onSettled.push(resolve));
    this.#end(new Error('The worker was closed.'));
    await this.#worker.terminate();
  }

  #listen(model: string): void {
    this.#worker.on('message', (message: FromWorker) => {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      this.#settled();
      if ('result' in message) return pending?.resolve(message.result);
      pending?.reject(errorOf(message.failure, model, message.id === 0));
    });
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', (code) => this.#end(new Error(`The worker ended with code ${code}.`)));
  }

  #settled(): void {
    for (const resolve of this.#onSettled.splice(0)) resolve();
  }

  #end(reason: unknown): void {
    this.#dead ??= reason;
    for (const { reject } of this.#pending.values()) reject(new KbError('internal', { cause: reason }));
    this.#pending.clear();
    this.#settled();
  }
}

/** What the worker threw, with the model's name in place of whatever the worker knows it by. */
function errorOf(failure: WorkerFailure, model: string, loading: boolean): KbError {
  if ('code' in failure) return new KbError(failure.code, { values: { ...failure.values, model } });
  const cause = new Error(failure.detail);
  if (!loading) return new KbError('internal', { cause });
  return new KbError('model', { values: { model, detail: failure.detail }, cause });
}
