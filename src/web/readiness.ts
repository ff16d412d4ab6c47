import type { BotHealth } from '../bots/core/bot.ts';
import { toKbError } from '../errors.ts';
import type { Probe } from './probes.ts';

/** Whether the service can do its work now, and every part's share in that. */
export interface Readiness {
  readonly check: () => Promise<{ ready: boolean; parts: Record<string, BotHealth> }>;
  /** From now on not ready: the service is closing. */
  readonly stop: () => void;
  readonly isStopping: () => boolean;
}

export interface ReadinessOptions {
  /** By the names of the parts. */
  readonly probes: Readonly<Record<string, Probe>>;
  /** The state of every bot by its name. Default: no bots. */
  readonly bots?: (() => Readonly<Record<string, BotHealth>>) | undefined;
  readonly clock: () => Date;
}

/** How long a part may take to answer before it counts as not ready: a large model may be in the middle of a batch. */
const PROBE_TIMEOUT_MS = 5_000;
/** Probes are real work: one result serves all who ask within this time. */
const PROBE_LIFE_MS = 2_000;

/** Asks the parts to work, for real, and the bots for their state. */
export function createReadiness(options: ReadinessOptions): Readiness {
  const { bots = () => ({}), clock } = options;
  let probes: { at: number; result: Promise<Record<string, BotHealth>> } | undefined;
  let stopped = false;

  async function probe(): Promise<Record<string, BotHealth>> {
    const parts = Object.entries(options.probes).map(
      async ([name, ask]) => [name, await probePart(ask)] as const,
    );
    return Object.fromEntries(await Promise.all(parts));
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
    isStopping: () => stopped,
  };
}

async function probePart(ask: Probe): Promise<BotHealth> {
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
