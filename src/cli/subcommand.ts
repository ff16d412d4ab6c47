import { Command } from 'commander';
import type { Cli } from './cli.ts';

/** What every command has. */
export interface CommonOptions {
  readonly json?: boolean;
}

/** A command of `kb` with the options that all have. */
export function subcommand(cli: Cli, name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .helpOption('-h, --help', cli.messages.helpOption)
    .option('--json', cli.messages.jsonOption);
}

/** A command's action whose result is the exit code. */
export function exits<Arguments extends unknown[]>(
  cli: Cli,
  action: (...args: Arguments) => Promise<number>,
): (...args: Arguments) => Promise<void> {
  return async (...args) => {
    cli.exitCode = await action(...args);
  };
}
