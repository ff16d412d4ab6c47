import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { EXIT_OK } from '../exit-code.ts';
import { printJson, printRows } from '../io.ts';
import { renderEvaluation } from '../render/evaluation.ts';
import { type CommonOptions, exits, subcommand } from '../subcommand.ts';

interface EvalOptions extends CommonOptions {
  readonly lines: string;
  readonly unanswerable?: string;
}

/** `kb eval QUESTIONS --lines LINES`: how well the model finds the right lines, beside keyword search. */
export function evalCommand(cli: Cli): Command {
  return subcommand(cli, 'eval', cli.messages.evalCommand)
    .usage('<questions> --lines <file> [options]')
    .argument('<questions>', cli.messages.questionsArgument)
    .requiredOption('--lines <file>', cli.messages.linesOption)
    .option('--unanswerable <file>', cli.messages.unanswerableOption)
    .action(
      exits(cli, async (questions: string, options: EvalOptions) => {
        const [{ quietLevel, withRuntime }, { createEmbedder }, evaluation, { readEvaluationSet }] =
          await Promise.all([
            import('../runtime.ts'),
            import('../../engine/create-embedder.ts'),
            import('../../evaluation/evaluate.ts'),
            import('../../evaluation/read-evaluation-set.ts'),
          ]);
        return withRuntime(cli, { level: quietLevel }, async ({ config, shutdown }) => {
          const { lines, unanswerable } = options;
          const set = await readEvaluationSet({ questions, lines, unanswerable });
          const embedder = await createEmbedder(config);
          try {
            const report = await evaluation.evaluate(embedder, set, {
              threshold: config.KB_LOW_CONFIDENCE,
              signal: shutdown.signal,
            });
            const keywords = evaluation.evaluateKeywords(set);
            if (options.json) printJson(cli.io.stdout, { ...report, keywords });
            else printRows(cli.io.stdout, renderEvaluation(report, keywords, cli.outStyle()));
            return EXIT_OK;
          } finally {
            await embedder.close();
          }
        });
      }),
    );
}
