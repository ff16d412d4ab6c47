import type { Cli } from './cli.ts';
import type { App } from './compose.ts';
import type { Progress } from './progress.ts';
import { quietLevel, withRuntime } from './runtime.ts';

/** What a command gets from {@link withApp}. */
export interface AppSession extends App {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** A new bar on the standard error. */
  readonly progress: () => Progress;
}

/** Opens the knowledge base for one command, runs it, and closes everything again, whatever happens. */
export function withApp<T>(cli: Cli, work: (session: AppSession) => Promise<T>): Promise<T> {
  return withRuntime(cli, { level: quietLevel }, async ({ config, logger, shutdown, progress }) => {
    const { signal } = shutdown;
    const opening = progress();
    const app = await cli
      .open({ config, logger, signal, onProgress: opening.update })
      .finally(opening.finish);
    try {
      return await work({ ...app, signal, progress });
    } finally {
      await app.close();
    }
  });
}
