import type { Table } from '@lancedb/lancedb';

/** Commits of this process after which a table is compacted, unless `openStore` is told another number. */
export const WRITES_BETWEEN_COMPACTIONS = 64;
/** Fragments above which a table is compacted when it is opened or closed. */
export const MANY_FRAGMENTS = 16;
/** Old versions live this long, so that a read that began on one in another process can end. */
export const OLD_VERSION_LIFE_MS = 60_000;

/**
 * Keeps a table's fragments few. Runs beside reads and writes: LanceDB lets appends pass and makes a deletion or
 * merge that met it try again; what it cannot do now it does the next time.
 */
export class Compaction {
  readonly #table: Table;
  readonly #onFailure: (error: unknown) => void;
  readonly #every: number;
  #writes = 0;
  #running: Promise<void> | undefined;

  constructor(table: Table, every: number, onFailure: (error: unknown) => void) {
    this.#every = every;
    this.#table = table;
    this.#onFailure = onFailure;
  }

  /** To be called after each commit. */
  wrote(): void {
    this.#writes++;
    if (this.#writes >= this.#every) this.start();
  }

  /** Compacts in the background, unless it is being done already. */
  start(): void {
    if (this.#running) return;
    this.#writes = 0;
    this.#running = this.#compact().finally(() => {
      this.#running = undefined;
    });
  }

  /** Compacts in the background where there are many fragments. */
  async startIfFragmented(): Promise<void> {
    try {
      if ((await this.#table.stats()).fragmentStats.numFragments > MANY_FRAGMENTS) this.start();
    } catch (error) {
      this.#onFailure(error);
    }
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async #compact(): Promise<void> {
    try {
      await this.#table.optimize({ cleanupOlderThan: new Date(Date.now() - OLD_VERSION_LIFE_MS) });
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
