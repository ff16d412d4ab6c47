import { InvalidArgumentError } from 'commander';
import type { Cli } from './cli.ts';
import { say } from './render/say.ts';

/** Reads a whole number of the command line; anything else is one sentence. */
export function wholeNumber(cli: Cli, name: string, min: number, max: number): (given: string) => number {
  return (given) => {
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(say(cli.messages.wholeNumber, { name, given, min, max }));
  };
}
