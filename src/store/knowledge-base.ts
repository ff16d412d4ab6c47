import type { FaqLine } from './faq-line.ts';

/** Where the store gets vectors from: the part of an embedder that it needs, so that it knows no engine. */
export interface VectorSource {
  readonly model: string;
  readonly fingerprint: string;
  readonly dimensions: number;
  readonly limits: { readonly maxTexts: number };
  embedLines(
    texts: readonly string[],
    options?: { signal?: AbortSignal; priority?: 'question' | 'import' },
  ): Promise<{ readonly vectors: Float32Array[] }>;
}

/** Who changes something, and where from; kept in the history. */
export interface Author {
  /** A platform's user id, or `operator` for the terminal, a file's name for knowledge files. */
  readonly id: string;
  readonly source: string;
  /** A link to the message that asked for it, where the platform has one. */
  readonly permalink?: string;
}

export interface RejectedLine {
  readonly text: string;
  /** An error code: `empty_line` or `line_too_long`. */
  readonly reason: 'empty_line' | 'line_too_long';
  readonly length: number;
}

export interface AddResult {
  readonly added: FaqLine[];
  /** Lines that were there already, each once. */
  readonly duplicates: FaqLine[];
  readonly rejected: RejectedLine[];
}

export interface Match {
  readonly line: FaqLine;
  /** Cosine similarity of the unit vectors, in [-1, 1], unrounded. */
  readonly similarity: number;
}

export interface Page<T> {
  readonly items: T[];
  /** From 1. */
  readonly page: number;
  readonly pages: number;
  readonly total: number;
}

export type ChangeAction = 'add' | 'remove' | 'replace';

/** One change, as the history keeps it. */
export interface Change {
  readonly id: string;
  readonly action: ChangeAction;
  readonly at: Date;
  readonly by: Author;
  /** The lines that came (add, replace) and those that went (remove, replace). */
  readonly added: readonly { id: string; text: string }[];
  readonly removed: readonly { id: string; text: string }[];
  /** The change that this one took back. */
  readonly undoes?: string;
}

export interface ImportReport {
  readonly files: number;
  /** Files that were as they were at the last import, so that nothing had to be done. */
  readonly unchangedFiles: number;
  readonly added: number;
  readonly duplicates: number;
  readonly removed: number;
  readonly rejected: RejectedLine[];
}

export interface ImportOptions {
  signal?: AbortSignal;
  /** Called as lines are embedded. */
  onProgress?: (done: number, total: number) => void;
}

export interface FileImportOptions extends ImportOptions {
  /**
   * The files are all that this folder holds: one that was imported from it before and is not among them was
   * deleted, and its lines go as if it were empty. With no files at all nothing is removed, since a folder that
   * cannot be seen is likelier than a team without a FAQ.
   */
  folder?: string;
}

export interface KnowledgeBaseStatus {
  readonly lines: number;
  readonly model: string;
  readonly fingerprint: string;
  /** Lines that this model has not embedded yet; searches miss them until it has. 0 when all is done. */
  readonly pending: number;
}

/**
 * A team's FAQ lines: kept, found by vector, and every change remembered.
 *
 * What was answered is kept: a change is on disk, and its lines can be found, before its promise resolves.
 * Safe to use from several processes on one location. Rejects with {@link KbError}: `store`, `not_found`,
 * `ambiguous_id`, `cancelled`, and whatever the {@link VectorSource} rejects with (nothing is changed then).
 */
export interface KnowledgeBase {
  /** Adds lines (normalised by {@link normalizeLine}); one bad line does not stop the others. */
  add(lines: readonly string[], by: Author, options?: ImportOptions): Promise<AddResult>;
  /** Removes a line by its id or an unambiguous beginning of at least four characters. */
  remove(id: string, by: Author): Promise<FaqLine>;
  /** Puts `text` in the place of a line, as one change. */
  replace(id: string, text: string, by: Author): Promise<{ removed: FaqLine; added: FaqLine }>;
  /** Takes back this author's own last change that was not taken back yet; undefined when there is none. */
  undo(by: Author): Promise<Change | undefined>;
  /** By id or unambiguous beginning. */
  get(id: string): Promise<FaqLine>;
  /** Newest first. `pageSize` default 20. A page past the end is the last page. */
  list(options?: { page?: number; pageSize?: number }): Promise<Page<FaqLine>>;
  count(): Promise<number>;
  /** The `topK` lines nearest to a unit vector, best first; equal ones in the order of their ids. */
  search(vector: Float32Array, topK: number): Promise<Match[]>;
  /**
   * Brings the lines of FAQ files up to date. A file that did not change since its last import is left alone, so
   * a line that a person removed stays away; in a changed file, lines that left it are removed (unless another
   * source has them) and all its lines are added.
   */
  importFiles(files: readonly KnowledgeFile[], options?: FileImportOptions): Promise<ImportReport>;
  /** All lines, oldest first. */
  export(): AsyncIterable<FaqLine>;
  /** Newest first. `limit` default 50. */
  history(options?: { lineId?: string; limit?: number }): Promise<Change[]>;
  status(): Promise<KnowledgeBaseStatus>;
  close(): Promise<void>;
}

/** A file of FAQ lines as read by `readKnowledgeFiles`. */
export interface KnowledgeFile {
  /** The path relative to the knowledge folder, with `/`. */
  readonly name: string;
  readonly lines: readonly string[];
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly digest: string;
}
