import type { Command, CommanderError } from 'commander';
import type { Cli } from './cli.ts';
import { say } from './render/say.ts';

/** What is wrong with a command line, in one sentence that says how to write it. */
export function usageSentence(error: CommanderError, command: Command, cli: Cli): string {
  const { messages } = cli;
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  // Of `-n, --top <count>` the long name is enough.
  const given = /--[\w-]+/.exec(quoted)?.[0] ?? quoted;
  const suggestion = /Did you mean (?:one of )?([^?]+)\?/.exec(error.message)?.[1];
  const path = commandPath(command);
  const values = { given, suggestion: suggestion ?? '', command: path, usage: `${path} ${command.usage()}` };
  switch (error.code) {
    case 'commander.unknownCommand':
      return say(suggestion ? messages.unknownCommandSuggest : messages.unknownCommand, values);
    case 'commander.unknownOption':
      return say(suggestion ? messages.unknownOptionSuggest : messages.unknownOption, values);
    case 'commander.missingArgument':
      return say(messages.missingArgument, { ...values, given: given.toUpperCase() });
    case 'commander.excessArguments':
      return say(messages.tooManyArguments, values);
    case 'commander.optionMissingArgument':
      return say(messages.optionNeedsValue, values);
    case 'commander.missingMandatoryOptionValue':
      return say(messages.requiredOption, values);
    case 'commander.invalidArgument':
      // The reader of the value has said it in its own sentence, which commander puts behind its own.
      return / is invalid[^.]*\. (.*)$/s.exec(error.message)?.[1] ?? say(messages.wrongUsage, values);
    case 'commander.help':
      return messages.noCommand;
    default:
      return say(messages.wrongUsage, values);
  }
}

/** `kb ask`. */
function commandPath(command: Command): string {
  return command.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name();
}
