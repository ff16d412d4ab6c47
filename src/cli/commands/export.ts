import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { KbError } from '../../errors.ts';
import type { FaqLine } from '../../store/faq-line.ts';
import type { Cli } from '../cli.ts';
import { EXIT_OK } from '../exit-code.ts';
import { printRows } from '../io.ts';
import { say } from '../render/say.ts';
import { type CommonOptions, exits, subcommand } from '../subcommand.ts';

/** `kb export`: all lines, oldest first; a text that `kb import` reads again, or one JSON document. */
export function exportCommand(cli: Cli): Command {
  return subcommand(cli, 'export', cli.messages.exportCommand)
    .option('-o, --output <file>', cli.messages.outputOption)
    .action(
      exits(cli, async (options: CommonOptions & { output?: string }) => {
        const { withApp } = await import('../with-app.ts');
        return withApp(cli, async ({ store, signal }) => {
          let count = 0;
          async function* counted() {
            for await (const line of store.lines.export()) {
              count++;
              yield line;
            }
          }
          const chunks = options.json ? asJson(counted()) : asText(counted());
          if (options.output === undefined) {
            await pipeline(chunks, cli.io.stdout, { end: false, signal });
            return EXIT_OK;
          }
          await writeFileWhole(options.output, chunks, signal);
          const sentence = say(cli.messages.exported, { count, path: options.output });
          printRows(cli.io.stderr, [sentence]);
          return EXIT_OK;
        });
      }),
    );
}

async function* asText(lines: AsyncIterable<FaqLine>): AsyncIterable<string> {
  for await (const { text } of lines) yield `${text}\n`;
}

/** Written as it is read: a large knowledge base need not fit in memory as one text. */
async function* asJson(lines: AsyncIterable<FaqLine>): AsyncIterable<string> {
  yield '{"lines":[';
  let separator = '\n';
  for await (const line of lines) {
    yield separator + JSON.stringify(line);
    separator = ',\n';
  }
  yield '\n]}\n';
}

/** The file is the old one or the whole new one, never half of it. */
async function writeFileWhole(
  path: string,
  chunks: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await pipeline(chunks, createWriteStream(draft), { signal });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    if (error instanceof KbError || signal.aborted) throw error;
    const detail = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new KbError('write_file', { values: { path, detail }, cause: error });
  }
}
