import type { DownloadDeps } from './download/deps.ts';
import type { Staging } from './home/staging.ts';
import type { PullEvent } from './pull-event.ts';
import type { ModelSource } from './source/model-source.ts';

/** A pull in progress. */
export interface Pull {
  readonly model: string;
  readonly source: ModelSource;
  readonly staging: Staging;
  readonly deps: DownloadDeps;
  readonly signal: AbortSignal;
  readonly onEvent: (event: PullEvent) => void;
}
