import { type Logger, LogLevel } from '@slack/bolt';
import type { BotLogger } from '../core/bot-logger.ts';

/** Bolt's log lines in ours. Its debug lines hold messages and tokens and are dropped. */
export function boltLogger(logger: BotLogger): Logger {
  const text = (parts: unknown[]) =>
    parts
      .map((part) => (part instanceof Error ? part.message : String(part)))
      .join(' ')
      .replace(/xox[a-z]-[\w-]+|xapp-[\w-]+/gu, '…');
  return {
    debug() {},
    info: (...parts) => logger.debug({}, `Slack: ${text(parts)}`),
    warn: (...parts) => logger.warn({}, `Slack: ${text(parts)}`),
    error: (...parts) => logger.error({}, `Slack: ${text(parts)}`),
    setLevel() {},
    getLevel: () => LogLevel.INFO,
    setName() {},
  };
}
