import type { Embedder } from '../engine/embedder.ts';
import type { Reranker } from '../engine/reranker.ts';
import type { KnowledgeBase } from '../store/knowledge-base.ts';

/** Asks a part to work, for real, and says in one line what it is; rejects where it does not work. */
export type Probe = (signal: AbortSignal) => Promise<string>;

/** Asks the model for a vector. */
export function probeModel(embedder: Embedder): Probe {
  return async (signal) => {
    await embedder.embedQueries(['ready?'], { signal });
    return `${embedder.model}, ${embedder.dimensions} dimensions`;
  };
}

/** Asks the store for its state. */
export function probeStore(lines: Pick<KnowledgeBase, 'status'>): Probe {
  return async () => {
    const status = await lines.status();
    const waiting = status.pending > 0 ? `, ${status.pending} wait for their vectors` : '';
    return `${status.lines} lines${waiting}`;
  };
}

/** Shorter than a probe may take in all. */
const RERANK_PATIENCE_MS = 1_000;

/**
 * Asks the reranker for a score. A long list before it in the queue is work, not a fault: one that does not come to
 * the probe in time counts as ready.
 */
export function probeReranker(reranker: Reranker): Probe {
  return async (signal) => {
    const patience = AbortSignal.timeout(RERANK_PATIENCE_MS);
    try {
      await reranker.rerank('ready?', ['ready?'], { signal: AbortSignal.any([signal, patience]) });
      return reranker.model;
    } catch (error) {
      if (patience.aborted && !signal.aborted) return `${reranker.model}, at work`;
      throw error;
    }
  };
}
