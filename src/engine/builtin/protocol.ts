import type { Manifest } from './manifest.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What the builtin model's worker is started with. */
export interface WorkerStart {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly vocabulary: Vocabulary;
}

/** One batch of texts. */
export interface BatchRequest {
  readonly texts: string[];
}

/** One batch's vectors in one block, row after row, and the tokens read of each text. */
export interface BatchAnswer {
  readonly vectors: Float32Array<ArrayBuffer>;
  readonly tokens: number[];
}
