import type { Config } from '../config/schema.ts';
import type { ResolvedModel } from '../hub/resolve-model.ts';
import type { Cli } from './cli.ts';

export interface FindCheckpointOptions {
  readonly config: Config;
  /** Whether a model that is not here is fetched without asking. Default: its size and the command are said. */
  readonly yes?: boolean | undefined;
  readonly signal: AbortSignal;
}

/** Finds the checkpoint that a setting names; with `--yes` fetches it, shown as `kb model pull` shows it. */
export function findCheckpoint(
  cli: Cli,
  { config, yes = false, signal }: FindCheckpointOptions,
): (setting: string) => Promise<ResolvedModel> {
  return async (setting) => {
    const [{ ensureModel }, { createSource }, { watchPull }] = await Promise.all([
      import('../hub/ensure-model.ts'),
      import('../hub/source/create-source.ts'),
      import('./watch-pull.ts'),
    ]);
    const now = () => performance.now();
    const watch = watchPull({ screen: cli.io.stderr, style: cli.errStyle, now });
    return ensureModel(setting, {
      yes,
      home: config.KB_MODEL_HOME,
      source: createSource('huggingface', config),
      HF_HOME: config.HF_HOME,
      HF_HUB_CACHE: config.HF_HUB_CACHE,
      pull: { signal, onEvent: watch.onEvent },
    }).finally(watch.finish);
  };
}
