import type { CommandResult } from '../bots/core/command-result.ts';
import { terminalMessages } from '../messages/terminal.ts';
import type { Cli } from './cli.ts';
import { EXIT_FAILED, EXIT_OK } from './exit-code.ts';
import { printJson, printRows } from './io.ts';
import { renderResult } from './render/result.ts';
import { resultJson } from './result-json.ts';
import type { CommonOptions } from './subcommand.ts';

/**
 * Shows a command's result and gives the exit code: failed where a line did not get in.
 * Throws the error of a `failed` result.
 */
export function report(cli: Cli, options: CommonOptions, result: CommandResult): number {
  if (result.kind === 'failed') throw result.error;
  if (options.json) printJson(cli.io.stdout, resultJson(result));
  else printRows(cli.io.stdout, renderResult(result, cli.outStyle()));
  if (result.kind !== 'added') return EXIT_OK;
  const held = result.nearDuplicates.length > 0;
  if (held && !options.json) printRows(cli.io.stderr, [terminalMessages[result.language].nearDuplicateHint]);
  return held || result.rejected.length > 0 ? EXIT_FAILED : EXIT_OK;
}
