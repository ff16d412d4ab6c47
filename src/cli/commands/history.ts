import type { Command } from 'commander';
import { toKbError } from '../../errors.ts';
import type { KnowledgeBase } from '../../store/knowledge-base.ts';
import type { Cli } from '../cli.ts';
import { EXIT_OK } from '../exit-code.ts';
import { printJson, printRows } from '../io.ts';
import { renderHistory } from '../render/changes.ts';
import { type CommonOptions, exits, subcommand } from '../subcommand.ts';
import { wholeNumber } from '../whole-number.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 10_000;

/** `kb history`: who changed what and when, newest first. */
export function historyCommand(cli: Cli): Command {
  return subcommand(cli, 'history', cli.messages.historyCommand)
    .argument('[id]', cli.messages.idArgument)
    .option(
      '-n, --limit <count>',
      cli.messages.limitOption,
      wholeNumber(cli, '--limit', 1, MAX_LIMIT),
      DEFAULT_LIMIT,
    )
    .action(
      exits(cli, async (id: string | undefined, options: CommonOptions & { limit: number }) => {
        const { withApp } = await import('../with-app.ts');
        return withApp(cli, async ({ store }) => {
          const changes = await store.lines.history({
            limit: options.limit,
            ...(id === undefined ? {} : { lineId: await wholeId(store.lines, id) }),
          });
          if (options.json) printJson(cli.io.stdout, { changes });
          else printRows(cli.io.stdout, renderHistory(changes, cli.outStyle()));
          return EXIT_OK;
        });
      }),
    );
}

/** The id that a beginning stands for; a line that was removed is known only by its whole id. */
async function wholeId(lines: KnowledgeBase, id: string): Promise<string> {
  try {
    return (await lines.get(id)).id;
  } catch (error) {
    if (toKbError(error).code === 'not_found') return id;
    throw error;
  }
}
