import { Command, InvalidArgumentError } from 'commander';
import { formatBytes } from '../../hub/format-bytes.ts';
import { SOURCE_NAMES, type SourceName } from '../../hub/source/model-source.ts';
import { modelMessages } from '../../messages/models.ts';
import type { Cli } from '../cli.ts';
import { EXIT_OK } from '../exit-code.ts';
import { printJson, printRows } from '../io.ts';
import { modelsJson, pulledJson } from '../models-json.ts';
import { renderModels, renderPulled } from '../render/models.ts';
import { say } from '../render/say.ts';
import { type CommonOptions, exits, subcommand } from '../subcommand.ts';

interface PullCommandOptions extends CommonOptions {
  readonly revision?: string;
  readonly from: SourceName;
}

/** `kb model pull|list|rm`: the models of the model home. */
export function modelCommand(cli: Cli): Command {
  return new Command('model')
    .description(modelMessages[cli.language].modelCommand)
    .helpOption('-h, --help', cli.messages.helpOption)
    .helpCommand(false)
    .addCommand(pullCommand(cli))
    .addCommand(listCommand(cli))
    .addCommand(removeCommand(cli));
}

/** `kb model pull ID`. */
function pullCommand(cli: Cli): Command {
  const messages = modelMessages[cli.language];
  return subcommand(cli, 'pull', messages.pullCommand)
    .argument('<id>', messages.idArgument)
    .option('--revision <name>', messages.revisionOption)
    .option('--from <hub>', messages.fromOption, sourceName(cli), 'huggingface' satisfies SourceName)
    .action(
      exits(cli, async (id: string, options: PullCommandOptions) => {
        const [{ quietLevel, withRuntime }, { pullModel }, { createSource }, { watchPull }] =
          await Promise.all([
            import('../runtime.ts'),
            import('../../hub/pull-model.ts'),
            import('../../hub/source/create-source.ts'),
            import('../watch-pull.ts'),
          ]);
        return withRuntime(cli, { level: quietLevel }, async ({ config, shutdown }) => {
          const now = () => performance.now();
          const watch = watchPull({ screen: cli.io.stderr, style: cli.errStyle, now });
          const pulled = await pullModel(id, {
            home: config.KB_MODEL_HOME,
            source: createSource(options.from, config),
            revision: options.revision,
            signal: shutdown.signal,
            onEvent: watch.onEvent,
          }).finally(watch.finish);
          if (options.json) printJson(cli.io.stdout, pulledJson(pulled));
          else printRows(cli.io.stdout, renderPulled(pulled, cli.outStyle()));
          return EXIT_OK;
        });
      }),
    );
}

/** `kb model list`. */
function listCommand(cli: Cli): Command {
  return subcommand(cli, 'list', modelMessages[cli.language].listCommand).action(
    exits(cli, async (options: CommonOptions) => {
      const [{ quietLevel, withRuntime }, { listModels }] = await Promise.all([
        import('../runtime.ts'),
        import('../../hub/home/list-models.ts'),
      ]);
      return withRuntime(cli, { level: quietLevel }, async ({ config }) => {
        const home = config.KB_MODEL_HOME;
        const list = await listModels(home);
        if (options.json) printJson(cli.io.stdout, modelsJson(list, home));
        else printRows(cli.io.stdout, renderModels(list, home, cli.outStyle()));
        return EXIT_OK;
      });
    }),
  );
}

/** `kb model rm ID`. */
function removeCommand(cli: Cli): Command {
  const messages = modelMessages[cli.language];
  return subcommand(cli, 'rm', messages.removeCommand)
    .argument('<id>', messages.idArgument)
    .action(
      exits(cli, async (id: string, options: CommonOptions) => {
        const [{ quietLevel, withRuntime }, { removeModel }] = await Promise.all([
          import('../runtime.ts'),
          import('../../hub/home/remove-model.ts'),
        ]);
        return withRuntime(cli, { level: quietLevel }, async ({ config }) => {
          const removed = await removeModel(config.KB_MODEL_HOME, id);
          const sentence = say(messages.removed, { model: removed.id, size: formatBytes(removed.bytes) });
          if (options.json) printJson(cli.io.stdout, { removed });
          else printRows(cli.io.stdout, [sentence]);
          return EXIT_OK;
        });
      }),
    );
}

/** Reads the name of a hub. */
function sourceName(cli: Cli): (given: string) => SourceName {
  return (given) => {
    const name = SOURCE_NAMES.find((known) => known === given);
    if (name) return name;
    throw new InvalidArgumentError(say(modelMessages[cli.language].badSource, { given }));
  };
}
