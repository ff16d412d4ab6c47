import type { Command } from 'commander';
import { answerPiped } from '../chat/piped.ts';
import { startPrompt } from '../chat/prompt.ts';
import { createChatSession } from '../chat/session.ts';
import type { Cli } from '../cli.ts';
import { EXIT_OK } from '../exit-code.ts';
import { printRows } from '../io.ts';
import { type CommonOptions, exits, subcommand } from '../subcommand.ts';

/** `kb chat`: a conversation on a terminal; piped input is answered line by line. */
export function chatCommand(cli: Cli): Command {
  return subcommand(cli, 'chat', cli.messages.chatCommand).action(
    exits(cli, async (options: CommonOptions) => {
      const { withApp } = await import('../with-app.ts');
      return withApp(cli, async ({ assistant, signal }) => {
        const { io, language } = cli;
        const session = createChatSession({ assistant, style: cli.outStyle, language });
        if (io.stdin.isTTY && io.stdout.isTTY && !options.json) {
          printRows(io.stdout, [cli.outStyle().paint('faint', cli.messages.chatHello), '']);
          await startPrompt({ io, session, signal }).ended;
        } else {
          await answerPiped({ io, session, signal, json: options.json ?? false });
        }
        return EXIT_OK;
      });
    }),
  );
}
