import { RestartingWorker } from '../worker/restarting-worker.ts';
import { WorkerClient } from '../worker/worker-client.ts';
import type { Qwen3Config } from './checkpoint/qwen3-config.ts';
import type { Qwen3Answer, Qwen3Facts, Qwen3Request, Qwen3Start, Row } from './protocol.ts';
import { MAX_TOKENS, type Qwen3Options } from './qwen3-options.ts';

/** What every worker is started with, from the options and the checkpoint. */
export function startOf(options: Qwen3Options, { maxPositions }: Qwen3Config): Qwen3Start {
  const { folder, cacheFolder, device = 'auto', precision = 'auto', threads } = options;
  const maxTokens = Math.min(MAX_TOKENS, maxPositions);
  return { folder, cacheFolder, device, precision, maxTokens, ...(threads === undefined ? {} : { threads }) };
}

/** A Qwen3 model in a worker thread of its own, started again should it die. */
export class Qwen3Worker<Item> {
  readonly facts: Qwen3Facts;
  readonly #worker: RestartingWorker<Qwen3Request<Item>, Qwen3Answer>;

  private constructor(worker: RestartingWorker<Qwen3Request<Item>, Qwen3Answer>, facts: Qwen3Facts) {
    this.#worker = worker;
    this.facts = facts;
  }

  /**
   * Loads the model, and tells of the devices that were passed over. Rejects with `model` where it cannot be used.
   * @param file The worker beside this module.
   */
  static async open<Item>(
    file: string,
    { name, onPassedOver }: Pick<Qwen3Options, 'name' | 'onPassedOver'>,
    start: Qwen3Start,
  ): Promise<Qwen3Worker<Item>> {
    const worker = await RestartingWorker.open(() =>
      WorkerClient.start<Qwen3Request<Item>, Qwen3Answer>(name, file, import.meta.url, {
        workerData: start,
        name: file.replace(/^\.\/|\.ts$/g, ''),
      }),
    );
    const answer = await worker.request({ kind: 'facts' });
    if (!('facts' in answer)) throw new Error('The worker did not say what it is.');
    for (const passedOver of answer.facts.passedOver) onPassedOver?.(passedOver);
    return new Qwen3Worker(worker, answer.facts);
  }

  async run(items: readonly Item[]): Promise<readonly Row[]> {
    const answer = await this.#worker.request({ kind: 'run', items });
    if (!('rows' in answer)) throw new Error('The worker did not answer what it was asked.');
    return answer.rows;
  }

  close(): Promise<void> {
    return this.#worker.close();
  }
}
