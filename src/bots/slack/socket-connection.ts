import type { SocketModeReceiver } from '@slack/bolt';
import type { BotHealth } from '../core/bot.ts';
import type { BotLogger } from '../core/bot-logger.ts';
import { slackProblem } from './slack-problem.ts';

type Client = SocketModeReceiver['client'];

export interface SocketConnectionOptions {
  readonly client: Client;
  readonly logger: BotLogger;
  /** Milliseconds before attempt `n` (from 1) to connect again. Default 0, then 1 s, doubling up to 30 s. */
  readonly backoff?: (attempt: number) => number;
  /** Milliseconds that Slack may take to say hello. Default 15 s. */
  readonly helloTimeoutMs?: number;
}

const exponential = (attempt: number) => (attempt === 1 ? 0 : Math.min(30_000, 500 * 2 ** (attempt - 1)));

/**
 * Keeps one Socket Mode connection open and knows whether it is. It reconnects itself rather than leaving it to
 * Slack's client, which gives up on the first failed request (an unhandled rejection) and so looks connected but dead.
 * The client must be made with `autoReconnectEnabled: false`.
 */
export class SocketConnection {
  readonly #client: Client;
  readonly #options: SocketConnectionOptions;
  #connected = false;
  #stopped = true;
  #connecting = false;
  #problem = 'not started';
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SocketConnectionOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#client.on('connected', () => {
      this.#connected = true;
      this.#options.logger.info({}, 'Slack: connected');
    });
    this.#client.on('close', () => this.#lost());
    this.#client.on('disconnected', () => this.#lost());
  }

  /** Rejects when the first connection fails. */
  async start(): Promise<void> {
    this.#stopped = false;
    await this.#connect();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#connected = false;
    this.#problem = 'stopped';
    await withTimeout(this.#client.disconnect(), 2_000).catch(() => {});
  }

  health(): BotHealth {
    return this.#connected
      ? { ready: true, detail: 'connected by Socket Mode' }
      : { ready: false, detail: `no connection by Socket Mode: ${this.#problem}` };
  }

  async #connect(): Promise<void> {
    this.#connecting = true;
    try {
      await withTimeout(this.#client.start(), this.#options.helloTimeoutMs ?? 15_000);
      if (this.#stopped) await this.#client.disconnect();
    } catch (error) {
      this.#problem = slackProblem(error, 'app');
      void this.#client.disconnect().catch(() => {});
      throw error;
    } finally {
      this.#connecting = false;
    }
    if (!this.#connected) this.#lost();
  }

  #lost(): void {
    if (this.#connected) this.#problem = 'the connection was lost, connecting again';
    this.#connected = false;
    if (!this.#stopped && !this.#connecting && this.#timer === undefined) this.#again(1);
  }

  #again(attempt: number): void {
    const delay = (this.#options.backoff ?? exponential)(attempt);
    this.#options.logger.warn({ attempt, delay }, `Slack: ${this.#problem}`);
    this.#timer = setTimeout(async () => {
      // Free again before connecting, so that a connection lost at once is noticed as lost.
      this.#timer = undefined;
      try {
        if (!this.#stopped) await this.#connect();
      } catch {
        if (!this.#stopped) this.#again(attempt + 1);
      }
    }, delay);
  }
}

async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Slack did not answer in time')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
