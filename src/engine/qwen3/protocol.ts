import type { PassedOver } from './load/load-on-device.ts';
import type { Precision } from './load/precision.ts';
import type { Device } from './run/open-session.ts';

/** What a worker is started with. */
export interface Qwen3Start {
  readonly folder: string;
  readonly device: Device | 'auto';
  readonly precision: Precision | 'auto';
  readonly maxTokens: number;
  /** Where 8-bit weights are kept. */
  readonly cacheFolder: string;
  /** Threads of the CPU. Default: one a physical core. */
  readonly threads?: number;
}

export interface EmbeddingStart extends Qwen3Start {
  /** Values of an embedding, at most the model's width. */
  readonly dimensions: number;
  /** The instruction's task sentence, put before questions. */
  readonly task: string;
}

/** What a worker says of itself. */
export interface Qwen3Facts {
  readonly device: Device;
  readonly precision: Precision;
  readonly passedOver: readonly PassedOver[];
}

export interface EmbedItem {
  readonly text: string;
  readonly query: boolean;
}

export interface RerankItem {
  readonly query: string;
  readonly document: string;
  readonly task: string;
}

/** A row of what the graph gives, with the tokens read for it. */
export interface Row {
  readonly values: Float32Array;
  readonly tokens: number;
}

export type Qwen3Request<Item> =
  | { readonly kind: 'facts' }
  | { readonly kind: 'run'; readonly items: readonly Item[] };
export type Qwen3Answer = { readonly facts: Qwen3Facts } | { readonly rows: readonly Row[] };
