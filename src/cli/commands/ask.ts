import type { Command } from 'commander';
import { detectLanguage } from '../../language.ts';
import { type Cli, OPERATOR } from '../cli.ts';
import { report } from '../report.ts';
import { type CommonOptions, exits, subcommand } from '../subcommand.ts';
import { wholeNumber } from '../whole-number.ts';

const MAX_TOP = 50;

/** `kb ask QUESTION…`: the lines nearest in meaning. Only weak ones are an answer too. */
export function askCommand(cli: Cli): Command {
  return subcommand(cli, 'ask', cli.messages.askCommand)
    .argument('<question...>', cli.messages.questionArgument)
    .option('-n, --top <count>', cli.messages.topOption, wholeNumber(cli, '--top', 1, MAX_TOP))
    .action(
      exits(cli, async (words: string[], options: CommonOptions & { top?: number }) => {
        const { withApp } = await import('../with-app.ts');
        const question = words.join(' ');
        return withApp(cli, async ({ assistant, signal }) => {
          const topK = options.top === undefined ? {} : { topK: options.top };
          const answer = await assistant.ask(question, { by: OPERATOR, signal, ...topK });
          return report(cli, options, {
            kind: 'answer',
            language: detectLanguage(question, cli.language),
            answer,
          });
        });
      }),
    );
}
