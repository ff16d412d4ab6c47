import type { Manifest } from './manifest.ts';

/** What the builtin model's worker is started with. */
export interface WorkerStart {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** One batch: texts, and for each whether it is a question. */
export interface BatchRequest {
  readonly texts: string[];
  readonly queries: boolean[];
}

/** One batch's vectors in one block, row after row, and the tokens read of each text. */
export interface BatchAnswer {
  readonly vectors: Float32Array<ArrayBuffer>;
  readonly tokens: number[];
}
