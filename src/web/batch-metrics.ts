import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { BatchObserver } from '../engine/batching/batch-observer.ts';

/** What a model does: turn texts into vectors, or judge documents. */
export type ModelWork = 'embed' | 'rerank';

const KINDS = ['question', 'import'] as const;

/**
 * The metrics of models at work. The function that comes back gives the observer of one model's batches.
 * Tokens a second are the rate of `kb_engine_tokens_total`.
 */
export function createBatchMetrics(registry: Registry): (work: ModelWork) => BatchObserver {
  const registers = [registry];
  const waiting = new Gauge({
    name: 'kb_engine_queue_items',
    help: 'Texts that wait for a batch',
    labelNames: ['work'],
    registers,
  });
  const refused = new Counter({
    name: 'kb_engine_refused_total',
    help: 'Requests refused because the queue was full',
    labelNames: ['work'],
    registers,
  });
  const cacheHits = new Counter({
    name: 'kb_engine_cache_hits_total',
    help: 'Texts answered from the cache of recent ones',
    labelNames: ['work'],
    registers,
  });
  const labelNames = ['work', 'kind'];
  const tokens = new Counter({
    name: 'kb_engine_tokens_total',
    help: 'Tokens read, padding not counted',
    labelNames,
    registers,
  });
  const batchTexts = new Histogram({
    name: 'kb_engine_batch_texts',
    help: 'Texts in a batch',
    labelNames,
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers,
  });
  const batchTokens = new Histogram({
    name: 'kb_engine_batch_tokens',
    help: 'Tokens in a batch, padding not counted',
    labelNames,
    buckets: [16, 64, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768],
    registers,
  });
  const seconds = new Histogram({
    name: 'kb_engine_batch_duration_seconds',
    help: 'Time that a batch took, waiting not counted',
    labelNames,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  return (work) => {
    // A counter that has counted nothing is 0, not absent, so that its rate can be asked for from the start.
    waiting.set({ work }, 0);
    refused.inc({ work }, 0);
    cacheHits.inc({ work }, 0);
    for (const kind of KINDS) tokens.inc({ work, kind }, 0);
    return {
      batch(event) {
        const labels = { work, kind: event.kind };
        tokens.inc(labels, event.tokens);
        batchTexts.observe(labels, event.texts);
        batchTokens.observe(labels, event.tokens);
        seconds.observe(labels, event.seconds);
      },
      waiting: (items) => waiting.set({ work }, items),
      refused: () => refused.inc({ work }),
      cacheHit: () => cacheHits.inc({ work }),
    };
  };
}
