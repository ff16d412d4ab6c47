interface Waiting<In, Out> {
  readonly item: In;
  readonly resolve: (result: Out) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Joins the calls that come while one is running into the next, so that 200 at once cost a few commits or queries.
 * One call alone runs at once: nothing waits on a timer.
 */
export class CallBatcher<In, Out> {
  readonly #run: (items: readonly In[]) => Promise<readonly Out[]>;
  readonly #limit: number;
  #waiting: Waiting<In, Out>[] = [];
  #running = false;

  /** `run` gets the items in the order they came and returns one result for each. */
  constructor(run: (items: readonly In[]) => Promise<readonly Out[]>, limit = 500) {
    this.#run = run;
    this.#limit = limit;
  }

  submit(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#running) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = true;
    // Calls made in the same turn of the event loop belong together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.#limit);
      try {
        const results = await this.#run(group.map(({ item }) => item));
        group.forEach(({ resolve, reject }, index) => {
          const result = results[index];
          if (result === undefined) reject(new Error('a batched call returned too few results'));
          else resolve(result);
        });
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#running = false;
  }
}
