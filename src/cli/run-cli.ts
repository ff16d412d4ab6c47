import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { z } from 'zod';
import { type KbError, toKbError } from '../errors.ts';
import { detectLanguage } from '../language.ts';
import { createLogger } from '../log.ts';
import { type Cli, createCli, type OpenApp } from './cli.ts';
import { EXIT_OK, EXIT_USAGE, exitCodeOf } from './exit-code.ts';
import { type Io, localeLanguage, printJson, printRows } from './io.ts';
import { createProgram, namedCommand } from './program.ts';
import { printable } from './render/printable.ts';
import { say } from './render/say.ts';
import { errorJson } from './result-json.ts';
import { usageSentence } from './usage-sentence.ts';

/** What tests replace. */
export interface RunCliDeps {
  readonly open?: OpenApp;
}

/** Runs one command line and gives the exit code. Never rejects. */
export async function runCli(argv: readonly string[], io: Io, deps: RunCliDeps = {}): Promise<number> {
  const locale = localeLanguage(io.env);
  const language = detectLanguage(argv.join(' ').replace(/\p{Script=Latin}/gu, ''), locale);
  const cli = createCli({ io, language, version: readVersion(), open: deps.open });
  const json = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined).includes('--json');
  const program = createProgram(cli);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return fail(cli, json, toKbError(error));
    if (error.exitCode === EXIT_OK) return EXIT_OK;
    const message = usageSentence(error, namedCommand(program, argv), cli);
    return tell(cli, message, json && { error: { code: 'invalid_request', message } }, EXIT_USAGE);
  }
}

function fail(cli: Cli, json: boolean, error: KbError): number {
  // With settings at hand the log has the cause already, without their secrets.
  if (error.code === 'internal' && error.cause !== undefined)
    createLogger({ level: 'error', sink: cli.io.stderr }).error({ err: error.cause }, error.message);
  const message = error.sentence(cli.language);
  return tell(cli, message, json && errorJson(error, cli.language), exitCodeOf(error));
}

/** The sentence on the standard error, and with `--json` the document of the failure on the standard output. */
function tell(cli: Cli, message: string, document: unknown, code: number): number {
  const { io, messages } = cli;
  const sentence = say(messages.failure, { sentence: printable(message) });
  printRows(io.stderr, [cli.errStyle().paint('error', sentence)]);
  if (document) printJson(io.stdout, document);
  return code;
}

const packageFile = z.object({ version: z.string() });

/** The version of package.json, which lies two folders above this file, compiled or not. */
function readVersion(): string {
  const path = new URL('../../package.json', import.meta.url);
  return packageFile.parse(JSON.parse(readFileSync(path, 'utf8'))).version;
}
