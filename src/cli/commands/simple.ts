import type { Command } from 'commander';
import type { Command as KbCommand } from '../../bots/core/command.ts';
import { detectLanguage, type Language } from '../../language.ts';
import { type Cli, OPERATOR } from '../cli.ts';
import { report } from '../report.ts';
import { type CommonOptions, exits, subcommand } from '../subcommand.ts';
import { wholeNumber } from '../whole-number.ts';

const MAX_PAGE = 999_999;

/** The commands that are the same on every surface: `list`, `remove`, `inspect`, `gaps`, `stats`, `undo`. */
export function simpleCommands(cli: Cli): Command[] {
  const { messages } = cli;
  return [
    subcommand(cli, 'list', messages.listCommand)
      .argument('[page]', messages.pageArgument, wholeNumber(cli, 'PAGE', 1, MAX_PAGE))
      .action(
        exits(cli, (page: number | undefined, options: CommonOptions) =>
          run(cli, options, { kind: 'list', page: page ?? 1 }),
        ),
      ),
    subcommand(cli, 'remove', messages.removeCommand)
      .argument('<id>', messages.idArgument)
      .action(exits(cli, (id: string, options: CommonOptions) => run(cli, options, { kind: 'remove', id }))),
    subcommand(cli, 'undo', messages.undoCommand).action(
      exits(cli, (options: CommonOptions) => run(cli, options, { kind: 'undo' })),
    ),
    subcommand(cli, 'inspect', messages.inspectCommand)
      .argument('<text...>', messages.textArgument)
      .action(
        exits(cli, (words: string[], options: CommonOptions) => {
          const text = words.join(' ');
          return run(cli, options, { kind: 'inspect', text }, detectLanguage(text, cli.language));
        }),
      ),
    subcommand(cli, 'gaps', messages.gapsCommand).action(
      exits(cli, (options: CommonOptions) => run(cli, options, { kind: 'gaps' })),
    ),
    subcommand(cli, 'stats', messages.statsCommand).action(
      exits(cli, (options: CommonOptions) => run(cli, options, { kind: 'stats' })),
    ),
  ];
}

async function run(
  cli: Cli,
  options: CommonOptions,
  command: KbCommand,
  language: Language = cli.language,
): Promise<number> {
  const { withApp } = await import('../with-app.ts');
  return withApp(cli, async ({ assistant, signal }) =>
    report(cli, options, await assistant.run(command, { by: OPERATOR, language, signal })),
  );
}
