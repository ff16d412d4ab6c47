import type { Command } from 'commander';
import { doctorMessages } from '../../messages/doctor.ts';
import type { Cli } from '../cli.ts';
import { EXIT_FAILED, EXIT_OK } from '../exit-code.ts';
import { printJson, printRows } from '../io.ts';
import { type CommonOptions, exits, subcommand } from '../subcommand.ts';

/** `kb doctor`: the machine, the configured model, how fast it is, and what to do about what does not work. */
export function doctorCommand(cli: Cli): Command {
  return subcommand(cli, 'doctor', doctorMessages[cli.language].doctorCommand).action(
    exits(cli, async ({ json = false }: CommonOptions) => {
      const [
        { quietLevel, withRuntime },
        { examineMachine, examineModels },
        { createEmbedder },
        { createReranker },
        { nativeFolder },
        { runProgram },
        { findCheckpoint },
        render,
      ] = await Promise.all([
        import('../runtime.ts'),
        import('../doctor/examine.ts'),
        import('../../engine/create-embedder.ts'),
        import('../../engine/create-reranker.ts'),
        import('../../engine/qwen3/load/installed-devices.ts'),
        import('../../engine/qwen3/load/missing-libraries.ts'),
        import('../find-checkpoint.ts'),
        import('../render/doctor.ts'),
      ]);
      return withRuntime(cli, { level: quietLevel }, async ({ config, shutdown }) => {
        const options = {
          config,
          language: cli.language,
          version: cli.version,
          platform: `${process.platform}/${process.arch}`,
          folder: nativeFolder(),
          run: runProgram,
          open: createEmbedder,
          openReranker: createReranker,
          resolve: findCheckpoint(cli, { config, signal: shutdown.signal }),
          now: () => performance.now(),
          signal: shutdown.signal,
        };
        const machine = await examineMachine(options);
        // A large model takes a while, and a broken driver may take the process with it.
        if (!json) printRows(cli.io.stdout, render.renderMachine(machine, cli.outStyle()));
        const report = await examineModels(machine, options);
        if (json) printJson(cli.io.stdout, report);
        else printRows(cli.io.stdout, render.renderModels(report, cli.outStyle()));
        return report.problems.length === 0 ? EXIT_OK : EXIT_FAILED;
      });
    }),
  );
}
