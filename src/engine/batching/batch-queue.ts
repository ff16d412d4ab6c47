/** `question` goes before `import`. */
export type Priority = 'question' | 'import';

export interface QueuedItem<Item, Owner> {
  readonly item: Item;
  /** Its place among its request's items. */
  readonly index: number;
  readonly cost: number;
  readonly priority: Priority;
  readonly request: Owner;
}

/** Items that wait for a batch: questions before imports, in order of arrival, whole requests droppable. */
export class BatchQueue<Item, Owner> {
  readonly #maxCost: number;
  readonly #maxItems: number;
  #waiting: Record<Priority, QueuedItem<Item, Owner>[]> = { question: [], import: [] };

  constructor(maxCost: number, maxItems: number) {
    this.#maxCost = maxCost;
    this.#maxItems = maxItems;
  }

  get size(): number {
    return this.#waiting.question.length + this.#waiting.import.length;
  }

  add(items: readonly QueuedItem<Item, Owner>[]): void {
    for (const item of items) this.#waiting[item.priority].push(item);
  }

  drop(request: Owner): void {
    const others = (queued: QueuedItem<Item, Owner>) => queued.request !== request;
    this.#waiting = {
      question: this.#waiting.question.filter(others),
      import: this.#waiting.import.filter(others),
    };
  }

  /**
   * The next batch: from the front of one queue, as many as fit the budget when all are padded to the longest.
   * Questions and imports never share a batch, since a question should not wait for an import's longer texts.
   */
  take(): QueuedItem<Item, Owner>[] {
    const queue = this.#waiting.question.length > 0 ? this.#waiting.question : this.#waiting.import;
    let longest = 0;
    let count = 0;
    for (const { cost } of queue) {
      longest = Math.max(longest, cost);
      const fits = (count + 1) * longest <= this.#maxCost && count < this.#maxItems;
      if (count > 0 && !fits) break;
      count++;
    }
    return queue.splice(0, count);
  }
}
