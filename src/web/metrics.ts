import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Answer } from '../bots/core/answer.ts';
import type { BatchObserver } from '../engine/batching/batch-observer.ts';
import { createBatchMetrics, type ModelWork } from './batch-metrics.ts';

/** What Prometheus reads at `/metrics`. */
export interface Metrics {
  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void;
  /** Counts an answered question; `surface` is where it was asked: `http`, `slack`, `feishu`. */
  observeAnswer(surface: string, answer: Pick<Answer, 'lowConfidence'>): void;
  /** Where the number of lines comes from when it is asked for; called once where there are lines. */
  countLines(count: () => Promise<number>): void;
  /** The observer of the batches of the model that does this work. */
  observeBatches(work: ModelWork): BatchObserver;
  readonly contentType: string;
  render(): Promise<string>;
}

/** Metrics of their own registry, with those of the process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Counter({
    name: 'kb_http_requests_total',
    help: 'HTTP requests',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const latencies = new Histogram({
    name: 'kb_http_request_duration_seconds',
    help: 'Time to answer an HTTP request',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const searches = new Counter({
    name: 'kb_searches_total',
    help: 'Questions answered',
    labelNames: ['surface'],
    registers,
  });
  const weak = new Counter({
    name: 'kb_weak_answers_total',
    help: 'Questions whose best match was weak, or that had none',
    labelNames: ['surface'],
    registers,
  });
  return {
    observeRequest({ method, route, status, seconds }) {
      requests.inc({ method, route, status });
      latencies.observe({ method, route }, seconds);
    },
    observeAnswer(surface, answer) {
      searches.inc({ surface });
      if (answer.lowConfidence) weak.inc({ surface });
    },
    countLines(count) {
      new Gauge({
        name: 'kb_lines',
        help: 'Lines in the knowledge base',
        registers,
        async collect() {
          // A store that does not answer must not take the other metrics with it, nor be told as empty.
          const lines = await count().catch(() => undefined);
          if (lines === undefined) this.remove();
          else this.set(lines);
        },
      });
    },
    observeBatches: createBatchMetrics(registry),
    contentType: registry.contentType,
    render: () => registry.metrics(),
  };
}
