import type { WorkerClient } from './worker-client.ts';

/**
 * A worker that is started again when it is found dead: one that ran out of memory takes the work it had with it,
 * not the service.
 */
export class RestartingWorker<Request, Result> {
  readonly #start: () => Promise<WorkerClient<Request, Result>>;
  #client: Promise<WorkerClient<Request, Result>> | undefined;

  private constructor(start: () => Promise<WorkerClient<Request, Result>>) {
    this.#start = start;
  }

  /** Rejects with what the first start rejects with. */
  static async open<Request, Result>(
    start: () => Promise<WorkerClient<Request, Result>>,
  ): Promise<RestartingWorker<Request, Result>> {
    const worker = new RestartingWorker(start);
    await worker.#living();
    return worker;
  }

  async request(request: Request): Promise<Result> {
    return (await this.#living()).request(request);
  }

  async close(): Promise<void> {
    await (await this.#client)?.close();
  }

  async #living(): Promise<WorkerClient<Request, Result>> {
    const known = this.#client;
    const client = await known;
    if (client && !client.dead) return client;
    // Whoever else waited for the dead one takes the first one's new start.
    if (this.#client !== known) return this.#living();
    const started = this.#start();
    this.#client = started;
    // A failed start is tried again by the next request.
    started.catch(() => {
      this.#client = undefined;
    });
    return started;
  }
}
