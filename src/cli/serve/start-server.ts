import type { Bot, BotHealth } from '../../bots/core/bot.ts';
import type { Reranker } from '../../engine/reranker.ts';
import type { ResolvedModel } from '../../hub/resolve-model.ts';
import type { Metrics } from '../../web/metrics.ts';
import type { App } from '../compose.ts';
import { warnOfFallBack } from '../warn-of-fall-back.ts';
import { openBots } from './open-bots.ts';

/** Finds the checkpoint that a setting names. */
type Resolve = (setting: string) => Promise<ResolvedModel>;

/** A running server. */
export interface RunningServer {
  /** What to open in a browser. */
  readonly url: string;
  readonly bots: readonly Bot[];
  readonly reranker: Reranker | undefined;
}

/**
 * Opens the reranker where one is set and the HTTP interface, and connects the bots; the app's close stack closes them.
 * HTTP comes first, because the webhooks of the bots arrive through it.
 * Rejects with `model`, `model_missing`, `cannot_listen` or `platform`.
 */
export async function startServer(app: App, metrics: Metrics, resolve?: Resolve): Promise<RunningServer> {
  const { config, assistant, embedder, store, logger, closing } = app;
  const [{ createWebServer }, { measureAnswers }] = await Promise.all([
    import('../../web/create-web-server.ts'),
    import('../../web/measure-answers.ts'),
  ]);
  const reranker = await openReranker(app, metrics, resolve);
  const bots = await openBots(app, (plain, surface) => measureAnswers(plain, metrics, surface));
  const health = () => Object.fromEntries(bots.map((bot): [string, BotHealth] => [bot.name, bot.health()]));
  const web = createWebServer({
    assistant,
    embedder,
    reranker,
    store,
    config: webConfig(config),
    routes: bots.flatMap((bot) => bot.routes),
    health,
    logger,
    metrics,
  });
  closing.defer('web', () => web.close());
  const { url } = await web.listen();
  for (const bot of bots) closing.defer(bot.name, () => bot.stop());
  // All at once, but a failure is heard only when the others have settled, so that closing meets no half-open bot.
  const started = await Promise.allSettled(bots.map((bot) => bot.start()));
  for (const result of started) if (result.status === 'rejected') throw result.reason;
  return { url, bots, reranker };
}

async function openReranker(
  { config, logger, closing }: App,
  metrics: Metrics,
  resolve?: Resolve,
): Promise<Reranker | undefined> {
  if (config.KB_RERANKER === undefined) return undefined;
  const { createReranker } = await import('../../engine/create-reranker.ts');
  const reranker = await createReranker(config, {
    observer: metrics.observeBatches('rerank'),
    onPassedOver: warnOfFallBack(logger),
    ...(resolve ? { resolve } : {}),
  });
  if (reranker) closing.defer('reranker', () => reranker.close());
  return reranker;
}

function webConfig(config: App['config']) {
  const { KB_HOST, KB_PORT, KB_LOW_CONFIDENCE, KB_API_KEY } = config;
  return { KB_HOST, KB_PORT, KB_LOW_CONFIDENCE, ...(KB_API_KEY === undefined ? {} : { KB_API_KEY }) };
}
