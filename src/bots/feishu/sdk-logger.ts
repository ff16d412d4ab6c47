import type { BotLogger } from '../core/bot-logger.ts';

/** The methods that the SDK calls on a logger. */
export interface SdkLogger {
  error(...parts: unknown[]): void;
  warn(...parts: unknown[]): void;
  info(...parts: unknown[]): void;
  debug(...parts: unknown[]): void;
  trace(...parts: unknown[]): void;
}

/**
 * Lets the SDK speak through our logger. Only its own strings pass: the errors and payloads it logs hold the app
 * secret, tokens and users' texts.
 */
export function createSdkLogger(logger: BotLogger): SdkLogger {
  const say = (level: 'debug' | 'warn') => (parts: unknown[]) => {
    const text = parts
      .flat()
      .filter((part): part is string => typeof part === 'string')
      .join(' ');
    if (text !== '') logger[level]({ from: 'feishu-sdk' }, redact(text));
  };
  return {
    error: (...parts) => say('warn')(parts),
    warn: (...parts) => say('debug')(parts),
    info: (...parts) => say('debug')(parts),
    debug: () => {},
    trace: () => {},
  };
}

/** Connection addresses carry a ticket in their query. */
function redact(text: string): string {
  return text.replace(/\?\S+/g, '?…').slice(0, 300);
}
