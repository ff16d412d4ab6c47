import { silentLogger } from '../bots/core/bot-logger.ts';
import type { EngineParts } from './app-env.ts';
import { createMetrics } from './metrics.ts';
import { probeModel, probeReranker } from './probes.ts';
import { createReadiness, type ReadinessOptions } from './readiness.ts';
import type { EngineServerOptions } from './web-server.ts';

/** What else `/readyz` looks at. */
export type OtherParts = Partial<Pick<ReadinessOptions, 'probes' | 'bots'>>;

/** The parts of the models' routes, with defaults for what was not given. */
export function engineParts(options: EngineServerOptions, others: OtherParts = {}): EngineParts {
  const { embedder, reranker, config, logger = silentLogger, metrics = createMetrics() } = options;
  const clock = options.clock ?? (() => new Date());
  const probes = {
    model: probeModel(embedder),
    ...(reranker ? { reranker: probeReranker(reranker) } : {}),
    ...others.probes,
  };
  const readiness = createReadiness({ probes, bots: others.bots, clock });
  return { embedder, reranker, config, logger, metrics, readiness, startedAt: clock() };
}
