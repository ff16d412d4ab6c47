import type { webApi } from '@slack/bolt';
import type { BotLogger } from '../core/bot-logger.ts';

/** An answer that takes longer gets a sign of life first. */
export const SLOW_MS = 1_000;
const REACTION = 'hourglass_flowing_sand';

/**
 * Runs `work`; when it takes longer than `slowMs`, `show` is called meanwhile, and `hide` when both are done.
 * A sign that cannot be shown spoils nothing.
 */
export async function withSignOfLife<T>(
  sign: { show: () => Promise<unknown>; hide?: () => Promise<unknown> },
  work: () => Promise<T>,
  options: { slowMs: number; logger: BotLogger },
): Promise<T> {
  let shown: Promise<unknown> | undefined;
  const failed = (error: unknown) =>
    options.logger.debug({ err: error }, 'Slack: a sign of life could not be shown');
  const timer = setTimeout(() => {
    shown = sign.show().catch(failed);
  }, options.slowMs);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    if (shown) {
      await shown;
      await sign.hide?.().catch(failed);
    }
  }
}

/** The sign on a message: a reaction that goes away again. */
export function reaction(client: webApi.WebClient, channel: string, timestamp: string) {
  return {
    show: () => client.reactions.add({ channel, timestamp, name: REACTION }),
    hide: () => client.reactions.remove({ channel, timestamp, name: REACTION }),
  };
}
