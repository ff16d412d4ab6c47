import type { Cli } from '../cli.ts';
import { EXIT_OK } from '../exit-code.ts';
import { findCheckpoint } from '../find-checkpoint.ts';
import { printJson, printRows } from '../io.ts';
import { withRuntime } from '../runtime.ts';
import { watchNpm } from '../serve/watch-npm.ts';
import type { CommonOptions } from '../subcommand.ts';
import { untilAborted } from '../until-aborted.ts';
import { renderEngineBanner } from './banner.ts';
import { type Engine, openEngine } from './open-engine.ts';

/** Serves the models until a signal ends it. Rejects with {@link KbError} when it cannot start. */
export function runEngine(cli: Cli, options: CommonOptions & { yes?: boolean }): Promise<number> {
  return withRuntime(cli, {}, async ({ config, logger, shutdown }) => {
    const { io, messages } = cli;
    const unwatch = watchNpm(io.env, shutdown.trigger);
    try {
      const { signal } = shutdown;
      const resolve = findCheckpoint(cli, { config, yes: options.yes, signal });
      const engine = await openEngine({ config, logger, signal, resolve });
      try {
        announce(cli, options, engine, {
          configured: config.KB_DEVICE,
          keyed: config.KB_API_KEY !== undefined,
        });
        await untilAborted(shutdown.signal);
        if (io.stdout.isTTY) printRows(io.stdout, ['', cli.outStyle().paint('faint', messages.stopping)]);
      } finally {
        await engine.close();
      }
    } finally {
      unwatch();
    }
    return EXIT_OK;
  });
}

interface Settings {
  readonly configured: string;
  readonly keyed: boolean;
}

function announce(cli: Cli, options: CommonOptions, engine: Engine, { configured, keyed }: Settings): void {
  const { url, embedder, reranker } = engine;
  const { model, dimensions, device = configured } = embedder;
  if (options.json) {
    printJson(cli.io.stdout, { url, model, dimensions, device, reranker: reranker?.model ?? null });
    return;
  }
  const seconds = performance.now() / 1000;
  const facts = {
    version: cli.version,
    url,
    model,
    dimensions,
    device,
    reranker: reranker?.model,
    keyed,
    seconds,
  };
  printRows(cli.io.stdout, renderEngineBanner(facts, cli.outStyle()));
}
