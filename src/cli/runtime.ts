import type { Logger } from 'pino';
import { loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/schema.ts';
import { KbError, toKbError } from '../errors.ts';
import { createLogger, type LogSink, secretsOf } from '../log.ts';
import type { Cli } from './cli.ts';
import { createProgress, type Progress } from './progress.ts';
import { listenForShutdown, type ShutdownSignal } from './shutdown-signal.ts';

/** What a command that does something works with. */
export interface Runtime {
  readonly config: Config;
  readonly logger: Logger;
  readonly shutdown: ShutdownSignal;
  /** A new bar on the standard error. */
  readonly progress: () => Progress;
}

export interface RuntimeOptions {
  /** Where the log goes. Default: the standard error. */
  readonly sink?: LogSink;
  /** The level of the log, given that of the settings. Default: as it is. */
  readonly level?: (set: Config['KB_LOG']) => Config['KB_LOG'];
}

/**
 * Reads the settings and listens for signals while `work` runs.
 * Rejects as {@link loadConfig} throws, or with the {@link KbError} of the work, whose cause is in the log.
 */
export async function withRuntime<T>(
  cli: Cli,
  options: RuntimeOptions,
  work: (runtime: Runtime) => Promise<T>,
): Promise<T> {
  const config = loadConfig({ env: cli.io.env });
  const now = () => performance.now();
  const logger = createLogger({
    level: options.level?.(config.KB_LOG) ?? config.KB_LOG,
    sink: options.sink ?? cli.io.stderr,
    secrets: secretsOf(config),
  });
  const shutdown = listenForShutdown({ source: process, exitNow: (code) => process.exit(code), now });
  const progress = () => createProgress({ screen: cli.io.stderr, style: cli.errStyle(), now });
  try {
    return await work({ config, logger, shutdown, progress });
  } catch (error) {
    const known = toKbError(error);
    if (known.code === 'internal') logger.error({ err: known.cause }, 'Something unexpected went wrong');
    else logger.debug({ err: known.cause, code: known.code }, 'The command failed');
    throw new KbError(known.code, { values: known.values });
  } finally {
    shutdown.close();
  }
}

/** A command speaks for itself: its log is for what goes wrong, unless everything was asked for. */
export function quietLevel(set: Config['KB_LOG']): Config['KB_LOG'] {
  return set === 'info' ? 'warn' : set;
}
