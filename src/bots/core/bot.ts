import type { IncomingMessage, ServerResponse } from 'node:http';

/** A path of the HTTP server that a bot answers itself, because it checks the signature of the raw body. */
export interface NodeRoute {
  /** The exact path, such as `/slack/events`; every method of it is the bot's. */
  readonly path: string;
  /** Gets the request with its body unread; always ends the response. Never throws. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** What `/readyz` says about a bot. */
export interface BotHealth {
  /** True while the bot can receive and answer. */
  readonly ready: boolean;
  /** One plain English sentence; never a secret. */
  readonly detail: string;
}

/** A chat platform's adapter, as the server sees it. */
export interface Bot {
  readonly name: 'slack' | 'feishu';
  /**
   * Checks the credentials, connects, and answers what was accepted before the last stop.
   * Rejects with `platform`: one sentence that says what to fix.
   */
  start(): Promise<void>;
  /** Takes nothing new, finishes what was acknowledged, disconnects. Can be called at any time, more than once. */
  stop(): Promise<void>;
  health(): BotHealth;
  /** Empty unless the transport is HTTP. */
  readonly routes: readonly NodeRoute[];
}
