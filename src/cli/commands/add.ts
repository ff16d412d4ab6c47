import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { toLines } from '../../bots/core/parse-message.ts';
import { KbError } from '../../errors.ts';
import { detectLanguage } from '../../language.ts';
import { type Cli, OPERATOR } from '../cli.ts';
import { report } from '../report.ts';
import { type CommonOptions, exits, subcommand } from '../subcommand.ts';

/** `kb add LINE…`, or `kb add -` for the lines of the standard input. */
export function addCommand(cli: Cli): Command {
  return subcommand(cli, 'add', cli.messages.addCommand)
    .argument('<line...>', cli.messages.lineArgument)
    .option('--anyway', cli.messages.anywayOption)
    .action(
      exits(cli, async (given: string[], options: CommonOptions & { anyway?: boolean }) => {
        const { withApp } = await import('../with-app.ts');
        const lines = await readLines(given, cli);
        if (lines.length === 0) throw new KbError('empty_line');
        return withApp(cli, async ({ assistant, signal }) => {
          const result = await assistant.run(
            { kind: 'add', lines },
            {
              by: OPERATOR,
              signal,
              language: detectLanguage(lines.join('\n'), cli.language),
              addAnyway: options.anyway ?? false,
            },
          );
          return report(cli, options, result);
        });
      }),
    );
}

/** The lines of the arguments; `-` stands for the standard input. */
async function readLines(given: readonly string[], cli: Cli): Promise<string[]> {
  const texts = await Promise.all(given.map((line) => (line === '-' ? text(cli.io.stdin) : line)));
  return texts.flatMap(toLines);
}
