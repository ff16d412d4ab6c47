import { KbError } from '../../errors.ts';
import type { FaqLine } from '../faq-line.ts';
import type { ImportOptions, Match, VectorSource } from '../knowledge-base.ts';
import { inChunks } from './chunks.ts';
import type { LanceTable } from './lance-table.ts';
import { type LineRow, toFaqLine } from './lines-table.ts';
import { isOneOf } from './sql.ts';
import type { VectorRow } from './vectors-table.ts';

/** Fetched beyond `topK`, for equal similarities and for vectors whose line is gone. */
const SPARE_MATCHES = 16;
/** Time between two looks at what other processes added. */
const CATCH_UP_PAUSE_MS = 2_000;

export interface LineVectorsOptions {
  readonly lines: LanceTable<LineRow>;
  readonly vectors: LanceTable<VectorRow>;
  readonly source: VectorSource;
  readonly signal: AbortSignal;
  readonly warn: (message: string, error: unknown) => void;
}

/** The lines' vectors of the model in use: written before a line is, and made good where they are missing. */
export class LineVectors {
  readonly #options: LineVectorsOptions;
  #catchingUp: Promise<void> | undefined;
  #seenVersion = -1;
  #nextLook = 0;

  constructor(options: LineVectorsOptions) {
    this.#options = options;
  }

  /** Rejects with `cancelled` or what the source rejects with. */
  async embed(texts: readonly string[], options: ImportOptions = {}): Promise<Float32Array[]> {
    const { source } = this.#options;
    const vectors: Float32Array[] = [];
    for (const chunk of inChunks(texts, source.limits.maxTexts)) {
      if (options.signal?.aborted) throw new KbError('cancelled');
      const embedded = await source.embedLines(chunk, {
        ...(options.signal ? { signal: options.signal } : {}),
        priority: texts.length > 1 ? 'import' : 'question',
      });
      if (
        embedded.vectors.length !== chunk.length ||
        embedded.vectors.some((vector) => vector.length !== source.dimensions)
      ) {
        throw new KbError('model', {
          values: {
            model: source.model,
            detail: `it did not give ${source.dimensions} numbers for each text`,
          },
        });
      }
      vectors.push(...embedded.vectors);
      options.onProgress?.(vectors.length, texts.length);
    }
    if (options.signal?.aborted) throw new KbError('cancelled');
    return vectors;
  }

  async write(rows: readonly VectorRow[]): Promise<void> {
    await this.#options.vectors.insertNew(rows);
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const chunk of inChunks(ids, 1000)) await this.#options.vectors.delete(isOneOf('id', chunk));
  }

  async search(vector: Float32Array, topK: number): Promise<Match[]> {
    const { vectors, source } = this.#options;
    if (vector.length !== source.dimensions) {
      throw new KbError('invalid_request', {
        values: { detail: `the vector has ${vector.length} numbers, the model ${source.dimensions}` },
      });
    }
    await this.#lookForMissing();
    if (topK < 1) return [];
    for (let limit = topK + SPARE_MATCHES; ; limit *= 2) {
      const nearest = await vectors.nearest(vector, limit);
      const lines = await this.#linesById(nearest.map((match) => match.key));
      const matches = nearest
        .flatMap(({ key, similarity }) => {
          const line = lines.get(key);
          return line ? [{ line, similarity: Math.max(-1, Math.min(1, similarity)) }] : [];
        })
        .sort((a, b) => b.similarity - a.similarity || (a.line.id < b.line.id ? -1 : 1));
      const exhausted = nearest.length < limit;
      const last = nearest.at(-1)?.similarity ?? -1;
      const worstWanted = matches[topK - 1]?.similarity;
      // A tie that goes on past what was fetched could hide a line with a smaller id.
      if (exhausted || (worstWanted !== undefined && last < worstWanted)) return matches.slice(0, topK);
    }
  }

  /** Ids of lines that this model has not embedded. */
  async missing(): Promise<string[]> {
    const [lines, vectors] = await Promise.all([this.#options.lines.keys(), this.#options.vectors.keys()]);
    const embedded = new Set(vectors);
    return lines.filter((id) => !embedded.has(id));
  }

  /** Embeds what is missing; one run at a time. */
  catchUp(): Promise<void> {
    this.#catchingUp ??= this.#embedMissing().finally(() => {
      this.#catchingUp = undefined;
    });
    return this.#catchingUp;
  }

  /** The same, without waiting; a failure is only logged, the next look tries again. */
  startCatchUp(): void {
    this.catchUp().catch((error: unknown) => {
      this.#seenVersion = -1;
      if (!this.#options.signal.aborted) this.#options.warn('lines could not be embedded yet', error);
    });
  }

  async idle(): Promise<void> {
    await this.#catchingUp?.catch(() => {});
  }

  /** Another process, with another model, may have added lines that this model's table does not have. */
  async #lookForMissing(): Promise<void> {
    const now = performance.now();
    if (now < this.#nextLook || this.#catchingUp) return;
    this.#nextLook = now + CATCH_UP_PAUSE_MS;
    if ((await this.#options.lines.version()) !== this.#seenVersion) this.startCatchUp();
  }

  async #embedMissing(): Promise<void> {
    const { lines, source, signal } = this.#options;
    const version = await lines.version();
    for (const ids of inChunks(await this.missing(), Math.max(1, source.limits.maxTexts))) {
      const found = await lines.read({ where: isOneOf('id', ids) });
      const vectors = await this.embed(
        found.map((line) => line.text),
        { signal },
      );
      await this.write(rowsOf(found, vectors));
    }
    this.#seenVersion = version;
  }

  async #linesById(ids: readonly string[]): Promise<Map<string, FaqLine>> {
    const rows = await this.#options.lines.read({ where: isOneOf('id', ids) });
    return new Map(rows.map((row) => [row.id, toFaqLine(row)]));
  }
}

/** Lines beside their vectors, as rows. */
export function rowsOf(
  lines: readonly { readonly id: string }[],
  vectors: readonly Float32Array[],
): VectorRow[] {
  return lines.flatMap(({ id }, index) => {
    const vector = vectors[index];
    return vector ? [{ id, vector }] : [];
  });
}
