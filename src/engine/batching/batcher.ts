import { KbError } from '../../errors.ts';
import type { EmbedOptions } from '../embedder.ts';
import type { BatchObserver } from './batch-observer.ts';
import { BatchQueue, type QueuedItem } from './batch-queue.ts';

export interface BatcherOptions<Item, Result> {
  /** Works on one batch; answers one result an item, in order. A rejection fails every request with an item in it. */
  readonly run: (items: Item[]) => Promise<Result[]>;
  /** Tokens of an item, exact or estimated. */
  readonly cost: (item: Item) => number;
  /** Token budget of a batch, padding counted: items times the longest. One item alone may exceed it. */
  readonly maxBatchCost: number;
  /** Items in a batch. */
  readonly maxBatchItems: number;
  /** Items that may wait. A request that finds others waiting and would exceed this is refused with `busy`. */
  readonly maxWaiting: number;
  /** Hears of every batch and of the queue. Default: nobody. */
  readonly observer?: BatchObserver | undefined;
  /** Tokens that were read for a result, for the observer. Default: the item's cost. */
  readonly tokensOf?: (result: Result) => number;
  /** Milliseconds since any moment, for the observer. Default: the process's clock. */
  readonly now?: () => number;
}

/** One caller's items, answered together. */
interface Request<Result> {
  readonly results: (Result | undefined)[];
  missing: number;
  settled: boolean;
  readonly resolve: (results: Result[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Joins the requests of many callers into batches, one batch running at a time.
 *
 * A request that finds nothing running starts at once: what arrives during a batch forms the next. Questions go
 * before imports; items of one request are sorted by length, so that little is padded. A cancelled request leaves
 * the queue and rejects at once; a batch of it that already runs ends unheard.
 */
export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>;
  readonly #queue: BatchQueue<Item, Request<Result>>;
  #running = false;

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options;
    this.#queue = new BatchQueue(options.maxBatchCost, options.maxBatchItems);
  }

  /** Rejects with `busy`, `cancelled`, or whatever the batch rejected with. */
  submit(items: readonly Item[], options: EmbedOptions = {}): Promise<Result[]> {
    const { signal, priority = 'question' } = options;
    if (signal?.aborted) return Promise.reject(new KbError('cancelled', { cause: signal.reason }));
    if (items.length === 0) return Promise.resolve([]);
    const waiting = this.#queue.size;
    if (waiting > 0 && waiting + items.length > this.#options.maxWaiting) {
      this.#options.observer?.refused();
      return Promise.reject(new KbError('busy'));
    }
    return new Promise((resolve, reject) => {
      const cancel = () => this.#fail(request, new KbError('cancelled', { cause: signal?.reason }));
      const done = () => signal?.removeEventListener('abort', cancel);
      const request: Request<Result> = {
        results: new Array(items.length).fill(undefined),
        missing: items.length,
        settled: false,
        resolve: (results) => {
          done();
          resolve(results);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
      signal?.addEventListener('abort', cancel, { once: true });
      const queued = items.map((item, index) => {
        const cost = this.#options.cost(item);
        return { item, index, cost, priority, request };
      });
      this.#queue.add(queued.sort((a, b) => a.cost - b.cost));
      this.#tellWaiting();
      // After the present task, so that callers of one tick share a batch.
      queueMicrotask(() => this.#next());
    });
  }

  #next(): void {
    if (this.#running) return;
    const batch = this.#queue.take();
    if (batch.length === 0) return;
    this.#running = true;
    this.#tellWaiting();
    const begun = this.#now();
    // An async wrapper, so that a `run` that throws at once fails its batch like one that rejects.
    (async () => this.#options.run(batch.map(({ item }) => item)))()
      .then((results) => {
        const seconds = (this.#now() - begun) / 1000;
        this.#deliver(batch, results);
        this.#tellBatch(batch, results, seconds);
      })
      .catch((error: unknown) => {
        for (const { request } of batch) this.#fail(request, error);
      })
      .finally(() => {
        this.#running = false;
        this.#next();
      });
  }

  #deliver(batch: readonly QueuedItem<Item, Request<Result>>[], results: readonly Result[]): void {
    if (results.length !== batch.length) {
      throw new KbError('internal', {
        cause: new Error(`${results.length} results for a batch of ${batch.length}`),
      });
    }
    batch.forEach(({ request, index }, i) => {
      request.results[index] = results[i];
      request.missing--;
      if (request.missing > 0 || request.settled) return;
      request.settled = true;
      request.resolve(request.results as Result[]);
    });
  }

  #fail(request: Request<Result>, error: unknown): void {
    if (request.settled) return;
    request.settled = true;
    this.#queue.drop(request);
    this.#tellWaiting();
    request.reject(error);
  }

  #now(): number {
    return (this.#options.now ?? (() => performance.now()))();
  }

  #tellWaiting(): void {
    this.#options.observer?.waiting(this.#queue.size);
  }

  #tellBatch(
    batch: readonly QueuedItem<Item, Request<Result>>[],
    results: readonly Result[],
    seconds: number,
  ): void {
    const { observer, tokensOf } = this.#options;
    if (!observer) return;
    const tokens = tokensOf
      ? results.reduce((sum, result) => sum + tokensOf(result), 0)
      : batch.reduce((sum, { cost }) => sum + cost, 0);
    observer.batch({ kind: batch[0]?.priority ?? 'question', texts: batch.length, tokens, seconds });
  }
}
