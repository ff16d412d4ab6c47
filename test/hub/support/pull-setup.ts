import { join } from 'node:path';
import { KbError } from '../../../src/errors.ts';
import type { DownloadDeps } from '../../../src/hub/download/deps.ts';
import { modelPlaces } from '../../../src/hub/home/model-home.ts';
import type { PullEvent } from '../../../src/hub/pull-event.ts';
import { type PullOptions, pullModel } from '../../../src/hub/pull-model.ts';
import { createSource, type HubConfig } from '../../../src/hub/source/create-source.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { MODEL, smallModel } from './fake-model.ts';
import { type FakeHub, type FakeModel, startHub } from './start-hub.ts';

export function hubConfig(url: string, token?: string): HubConfig {
  return { HF_ENDPOINT: url, HF_TOKEN: token, MODELSCOPE_ENDPOINT: url, MODELSCOPE_API_TOKEN: token };
}

export interface PullStage {
  readonly hub: FakeHub;
  readonly home: string;
  readonly events: PullEvent[];
  /** Milliseconds that were waited between tries; no test really waits. */
  readonly waits: number[];
  readonly deps: Partial<DownloadDeps>;
  pull(options?: Partial<PullOptions>, model?: string): ReturnType<typeof pullModel>;
  /** The retries that were told. */
  retries(): string[];
}

/** A hub, an empty home, and a pull between them that never waits. */
export async function pullStage(
  models: Record<string, FakeModel> = { [MODEL]: smallModel() },
): Promise<PullStage> {
  const hub = await startHub(models);
  const home = await temporaryFolder();
  hub.parts = join(modelPlaces(home, MODEL).staging, 'parts');
  const events: PullEvent[] = [];
  const waits: number[] = [];
  const deps: Partial<DownloadDeps> = {
    random: () => 0,
    // Longer than a busy machine ever takes; the tests of silence have a time of their own.
    idleMs: 20_000,
    progressBytes: 10_000,
    wait: async (ms, signal) => {
      waits.push(ms);
      signal.throwIfAborted();
    },
  };
  const source = createSource('huggingface', hubConfig(hub.url));
  return {
    hub,
    home,
    events,
    waits,
    deps,
    pull: (options, model = MODEL) =>
      pullModel(model, { home, source, deps, onEvent: (event) => events.push(event), ...options }),
    retries: () => events.flatMap((event) => (event.kind === 'retry' ? [event.detail.en] : [])),
  };
}

/** The error that something is refused with. */
export async function failureOf(work: Promise<unknown>): Promise<KbError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof KbError) return error;
    throw error;
  }
  throw new Error('expected it to be refused');
}
