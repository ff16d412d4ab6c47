import type { LogSink } from '../../log.ts';
import { type Prompt, startPrompt } from '../chat/prompt.ts';
import { createChatSession } from '../chat/session.ts';
import type { Cli } from '../cli.ts';
import type { App } from '../compose.ts';
import { EXIT_OK } from '../exit-code.ts';
import { findCheckpoint } from '../find-checkpoint.ts';
import { printJson, printRows } from '../io.ts';
import { withRuntime } from '../runtime.ts';
import type { ShutdownSignal } from '../shutdown-signal.ts';
import type { CommonOptions } from '../subcommand.ts';
import { untilAborted } from '../until-aborted.ts';
import { renderBanner } from './banner.ts';
import { preloadSurfaces } from './open-bots.ts';
import { type RunningServer, startServer } from './start-server.ts';
import { watchNpm } from './watch-npm.ts';

/** Runs everything until a signal or `/quit` ends it. Rejects with {@link KbError} when it cannot start. */
export function serve(cli: Cli, options: CommonOptions & { yes?: boolean }): Promise<number> {
  const { io, messages } = cli;
  let prompt: Prompt | undefined;
  const sink: LogSink = {
    isTTY: io.stderr.isTTY ?? false,
    write: (text) => (prompt ? prompt.interject(() => io.stderr.write(text)) : io.stderr.write(text)),
  };
  return withRuntime(cli, { sink }, async ({ config, logger, shutdown, progress }) => {
    const unwatch = watchNpm(io.env, shutdown.trigger);
    const { createMetrics } = await import('../../web/metrics.ts');
    const metrics = createMetrics();
    const resolve = findCheckpoint(cli, { config, yes: options.yes, signal: shutdown.signal });
    const opening = progress();
    const app = await cli
      .open({
        config,
        logger,
        signal: shutdown.signal,
        onProgress: opening.update,
        preload: () => preloadSurfaces(config),
        observer: metrics.observeBatches('embed'),
        resolve,
      })
      .finally(opening.finish);
    try {
      const server = await startServer(app, metrics, resolve);
      const interactive = Boolean(io.stdin.isTTY && io.stdout.isTTY) && !options.json;
      await announce(cli, options, app, server, interactive);
      if (interactive && !shutdown.signal.aborted) prompt = talk(cli, app, shutdown);
      await untilAborted(shutdown.signal);
      if (io.stdout.isTTY) printRows(io.stdout, ['', cli.outStyle().paint('faint', messages.stopping)]);
    } finally {
      prompt = undefined;
      unwatch();
      await app.close();
    }
    return EXIT_OK;
  });
}

async function announce(
  cli: Cli,
  options: CommonOptions,
  app: App,
  { url, bots, reranker }: RunningServer,
  prompt: boolean,
): Promise<void> {
  const lines = await app.store.lines.count();
  const { model, dimensions } = app.embedder;
  const location = app.config.KB_DATA;
  if (options.json) {
    const connected = bots.map((bot) => ({ name: bot.name, ...bot.health() }));
    printJson(cli.io.stdout, { url, model, dimensions, lines, location, bots: connected });
    return;
  }
  const facts = {
    version: cli.version,
    url,
    model,
    dimensions,
    lines,
    location,
    reranker: reranker?.model,
    bots,
    seconds: performance.now() / 1000,
    prompt,
  };
  printRows(cli.io.stdout, renderBanner(facts, cli.outStyle()));
}

/** Ctrl-C and `/quit` end the server; Ctrl-D ends only the prompt. */
function talk(cli: Cli, app: App, shutdown: ShutdownSignal): Prompt {
  const { io, language, messages } = cli;
  const session = createChatSession({ assistant: app.assistant, style: cli.outStyle, language });
  const prompt = startPrompt({ io, session, signal: shutdown.signal });
  prompt.ended.then((end) => {
    if (end === 'end-of-input')
      printRows(io.stdout, ['', cli.outStyle().paint('faint', messages.promptClosed)]);
    else shutdown.trigger();
  });
  return prompt;
}
