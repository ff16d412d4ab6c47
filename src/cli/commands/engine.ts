import type { Command } from 'commander';
import { engineMessages } from '../../messages/engine.ts';
import { modelMessages } from '../../messages/models.ts';
import type { Cli } from '../cli.ts';
import { type CommonOptions, exits, subcommand } from '../subcommand.ts';

/** `kb engine`: the models for other machines, until Ctrl-C. */
export function engineCommand(cli: Cli): Command {
  return subcommand(cli, 'engine', engineMessages[cli.language].engineCommand)
    .option('-y, --yes', modelMessages[cli.language].yesOption)
    .action(
      exits(cli, async (options: CommonOptions & { yes?: boolean }) => {
        const { runEngine } = await import('../engine/run-engine.ts');
        return runEngine(cli, options);
      }),
    );
}
