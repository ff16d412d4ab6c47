import type { Command } from 'commander';
import { modelMessages } from '../../messages/models.ts';
import type { Cli } from '../cli.ts';
import { type CommonOptions, exits, subcommand } from '../subcommand.ts';

/** `kb serve`: everything, until Ctrl-C. */
export function serveCommand(cli: Cli): Command {
  return subcommand(cli, 'serve', cli.messages.serveCommand)
    .option('-y, --yes', modelMessages[cli.language].yesOption)
    .action(
      exits(cli, async (options: CommonOptions & { yes?: boolean }) => {
        const { serve } = await import('../serve/serve.ts');
        return serve(cli, options);
      }),
    );
}
