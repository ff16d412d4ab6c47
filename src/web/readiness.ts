import type { BotHealth } from '../bots/core/bot.ts';
import type { Embedder } from '../engine/embedder.ts';
import { toKbError } from '../errors.ts';
import type { KnowledgeBase } from '../store/knowledge-base.ts';

/** Whether the service can do its work now, and every part's share in that. */
export interface Readiness {
  readonly check: () => Promise<{ ready: boolean; parts: Record<string, BotHealth> }>;
  /** From now on not ready: the service is closing. */
  readonly stop: () => void;
}

export interface ReadinessOptions {
  readonly embedder: Embedder;
  readonly lines: KnowledgeBase;
  readonly bots: () => Readonly<Record<string, BotHealth>>;
  readonly clock: () => Date;
}

/** How long a part may take to answer before it counts as not ready. */
const PROBE_TIMEOUT_MS = 2_000;
/** Probes of the model and the store are real work: one result serves all who ask within this time. */
const PROBE_LIFE_MS = 2_000;

/** Asks the model for a vector and the store for its state, for real, and the bots for theirs. */
export function createReadiness(options: ReadinessOptions): Readiness {
  const { embedder, lines, bots, clock } = options;
  let probes: { at: number; result: Promise<{ model: BotHealth; store: BotHealth }> } | undefined;
  let stopped = false;

  async function probe() {
    const [model, store] = await Promise.all([
      probePart(async (signal) => {
        await embedder.embedQueries(['ready?'], { signal });
        return `${embedder.model}, ${embedder.dimensions} dimensions`;
      }),
      probePart(async () => {
        const status = await lines.status();
        const waiting = status.pending > 0 ? `, ${status.pending} wait for their vectors` : '';
        return `${status.lines} lines${waiting}`;
      }),
    ]);
    return { model, store };
  }

  function currentProbes() {
    const now = clock().getTime();
    if (!probes || Math.abs(now - probes.at) >= PROBE_LIFE_MS) probes = { at: now, result: probe() };
    return probes.result;
  }

  return {
    async check() {
      const parts: Record<string, BotHealth> = { ...(await currentProbes()), ...bots() };
      if (stopped) parts.server = { ready: false, detail: 'The server is closing.' };
      return { ready: Object.values(parts).every((part) => part.ready), parts };
    },
    stop() {
      stopped = true;
    },
  };
}

async function probePart(ask: (signal: AbortSignal) => Promise<string>): Promise<BotHealth> {
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  try {
    return { ready: true, detail: await Promise.race([ask(signal), rejectOnAbort(signal)]) };
  } catch (error) {
    if (signal.aborted) return { ready: false, detail: `No answer within ${PROBE_TIMEOUT_MS} ms.` };
    const known = toKbError(error);
    // A full queue is a part that works.
    return { ready: known.code === 'busy', detail: known.message };
  }
}

const rejectOnAbort = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
