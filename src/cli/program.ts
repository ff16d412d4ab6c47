import { type Argument, Command } from 'commander';
import type { Cli } from './cli.ts';
import { addCommand } from './commands/add.ts';
import { askCommand } from './commands/ask.ts';
import { chatCommand } from './commands/chat.ts';
import { doctorCommand } from './commands/doctor.ts';
import { engineCommand } from './commands/engine.ts';
import { evalCommand } from './commands/eval.ts';
import { exportCommand } from './commands/export.ts';
import { historyCommand } from './commands/history.ts';
import { importCommand } from './commands/import.ts';
import { modelCommand } from './commands/model.ts';
import { serveCommand } from './commands/serve.ts';
import { simpleCommands } from './commands/simple.ts';

/** The whole command line. Nothing is printed or exited by commander itself: everything is thrown. */
export function createProgram(cli: Cli): Command {
  const { messages, io } = cli;
  const program = new Command('kb')
    .description(messages.about)
    .usage(messages.usageWords)
    .version(cli.version, '-V, --version', messages.versionOption)
    .helpOption('-h, --help', messages.helpOption)
    .helpCommand('help [command]', messages.helpCommand)
    .addHelpText('after', `\n${messages.exitCodes}`);
  const commands = [
    serveCommand(cli),
    engineCommand(cli),
    askCommand(cli),
    chatCommand(cli),
    addCommand(cli),
    importCommand(cli),
    exportCommand(cli),
    historyCommand(cli),
    ...simpleCommands(cli),
    evalCommand(cli),
    modelCommand(cli),
    doctorCommand(cli),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of withSubcommands(program)) {
    command
      .exitOverride()
      .allowExcessArguments(false)
      .configureOutput({
        writeOut: (text: string) => io.stdout.write(text),
        // What commander says about wrong usage is said by us, in the reader's language.
        writeErr: () => {},
        outputError: () => {},
      })
      .configureHelp({
        // Every command has options; saying so at each of them only hides the arguments.
        subcommandTerm: (subcommand: Command) =>
          [subcommand.name(), ...subcommand.registeredArguments.map(argumentTerm)].join(' '),
        styleTitle: (title: string) => cli.outStyle().paint('heading', translateTitle(title, cli)),
        ...(io.stdout.isTTY && io.stdout.columns ? { helpWidth: io.stdout.columns } : {}),
      });
  }
  return program;
}

/** A command and all that are below it. */
function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** The command that a command line names: `kb model pull …` is `pull`. */
export function namedCommand(program: Command, argv: readonly string[]): Command {
  const [name, ...rest] = argv;
  const named = program.commands.find((command) => command.name() === name);
  return named ? namedCommand(named, rest) : program;
}

/** `<line...>` or `[page]`. */
function argumentTerm(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}

function translateTitle(title: string, { messages }: Cli): string {
  const titles: Readonly<Record<string, string>> = {
    'Usage:': messages.usageLabel,
    'Commands:': messages.commandsLabel,
    'Options:': messages.optionsLabel,
    'Arguments:': messages.argumentsLabel,
  };
  return titles[title] ?? title;
}
