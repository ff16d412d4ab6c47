import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { EXIT_FAILED, EXIT_OK } from '../exit-code.ts';
import { printJson, printRows } from '../io.ts';
import { renderImportReport } from '../render/import-report.ts';
import { type CommonOptions, exits, subcommand } from '../subcommand.ts';

/** `kb import FILE|FOLDER…`: brings the lines of files up to date; a file that did not change costs nothing. */
export function importCommand(cli: Cli): Command {
  return subcommand(cli, 'import', cli.messages.importCommand)
    .argument('<path...>', cli.messages.pathArgument)
    .action(
      exits(cli, async (paths: string[], options: CommonOptions) => {
        const [{ withApp }, { readImport }] = await Promise.all([
          import('../with-app.ts'),
          import('../read-import.ts'),
        ]);
        return withApp(cli, async ({ store, config, signal, progress }) => {
          const files = await readImport(paths, config.KB_KNOWLEDGE);
          const bar = progress();
          const report = await store.lines
            .importFiles(files, { signal, onProgress: bar.update })
            .finally(bar.finish);
          if (options.json) printJson(cli.io.stdout, report);
          else printRows(cli.io.stdout, renderImportReport(report, cli.outStyle()));
          return report.rejected.length > 0 ? EXIT_FAILED : EXIT_OK;
        });
      }),
    );
}
