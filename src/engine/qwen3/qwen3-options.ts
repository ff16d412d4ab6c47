import type { BatchObserver } from '../batching/batch-observer.ts';
import type { PassedOver } from './load/load-on-device.ts';
import type { Precision } from './load/precision.ts';
import type { Device } from './run/open-session.ts';

/** What every Qwen3 checkpoint is opened with. */
export interface Qwen3Options {
  /** The name for people, such as `Qwen/Qwen3-Embedding-0.6B`. */
  readonly name: string;
  /** The checkpoint, as published. */
  readonly folder: string;
  /** Where 8-bit weights are kept. */
  readonly cacheFolder: string;
  /** Default `auto`. */
  readonly device?: Device | 'auto';
  /** Default `auto`. */
  readonly precision?: Precision | 'auto';
  /** Threads of the CPU. Default: one a physical core. */
  readonly threads?: number;
  /** Hears of each device that `auto` tried in vain. Default: nobody. */
  readonly onPassedOver?: ((passedOver: PassedOver) => void) | undefined;
  /** Hears of the batches. Default: nobody. */
  readonly observer?: BatchObserver | undefined;
}

/** The longest text that the models were measured with. */
export const MAX_TOKENS = 8192;
export const MAX_TEXTS = 2048;
