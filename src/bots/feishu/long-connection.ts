import { type EventDispatcher, WSClient } from '@larksuiteoapi/node-sdk';
import type { BotLogger } from '../core/bot-logger.ts';
import { type FeishuConfig, sdkDomain } from './feishu-config.ts';
import { createHttpInstance } from './http-instance.ts';
import { createSdkLogger } from './sdk-logger.ts';

export interface LongConnectionTiming {
  /**
   * Seconds without a sign of the server after a ping until the connection counts as dead. Must be shorter than the
   * server's ping interval (2 minutes), because the SDK starts to count anew at each ping. Default 20.
   */
  readonly pingTimeoutSeconds: number;
  /** Milliseconds that the WebSocket's handshake may take. Default 15 s. */
  readonly handshakeMs: number;
  /** Milliseconds between looks at a connection that the SDK may have given up. Default 5 s. */
  readonly superviseMs: number;
  /** Milliseconds that {@link LongConnection.open} waits for the first connection. Default 15 s. */
  readonly openMs: number;
}

export const DEFAULT_TIMING: LongConnectionTiming = {
  pingTimeoutSeconds: 20,
  handshakeMs: 15_000,
  superviseMs: 5_000,
  openMs: 15_000,
};

export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'failed';

/**
 * The SDK's long connection, watched: it finds out that a silent server is dead, and it is started again where the
 * SDK gives up for good (a refusal by code, or the end of its attempts).
 */
export class LongConnection {
  readonly #client: WSClient;
  readonly #dispatcher: EventDispatcher;
  readonly #logger: BotLogger;
  readonly #timing: LongConnectionTiming;
  #supervisor: NodeJS.Timeout | undefined;
  #opened: ((error?: Error) => void) | undefined;

  constructor(
    config: FeishuConfig,
    dispatcher: EventDispatcher,
    logger: BotLogger,
    timing: LongConnectionTiming,
  ) {
    this.#dispatcher = dispatcher;
    this.#logger = logger;
    this.#timing = timing;
    this.#client = new WSClient({
      appId: config.appId,
      appSecret: config.appSecret,
      domain: sdkDomain(config.domain),
      httpInstance: createHttpInstance(),
      logger: createSdkLogger(logger),
      handshakeTimeoutMs: timing.handshakeMs,
      wsConfig: { pingTimeout: timing.pingTimeoutSeconds },
      onReady: () => {
        logger.info({}, 'The Feishu long connection is open');
        this.#opened?.();
      },
      onReconnecting: () => logger.warn({}, 'The Feishu long connection is lost; reconnecting'),
      onReconnected: () => logger.info({}, 'The Feishu long connection is open again'),
      onError: (error) => {
        logger.error({ detail: error.message }, 'The Feishu long connection was refused');
        this.#opened?.(error);
      },
    });
  }

  /**
   * Connects. Resolves when connected, or after {@link LongConnectionTiming.openMs} while attempts go on; rejects
   * where the platform refuses the connection.
   */
  async open(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const first = new Promise<void>((resolve, reject) => {
      this.#opened = (error) => (error ? reject(error) : resolve());
      timer = setTimeout(resolve, this.#timing.openMs);
    });
    void this.#client.start({ eventDispatcher: this.#dispatcher });
    try {
      await first;
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearTimeout(timer);
      this.#opened = undefined;
    }
    this.#supervisor = setInterval(() => this.#supervise(), this.#timing.superviseMs);
    this.#supervisor.unref();
  }

  state(): ConnectionState {
    return this.#client.getConnectionStatus().state;
  }

  close(): void {
    clearInterval(this.#supervisor);
    this.#supervisor = undefined;
    this.#client.close({ force: true });
  }

  #supervise(): void {
    const state = this.state();
    if (state !== 'failed' && state !== 'idle') return;
    this.#logger.warn({ state }, 'The Feishu long connection was given up; starting it again');
    void this.#client.start({ eventDispatcher: this.#dispatcher });
  }
}
