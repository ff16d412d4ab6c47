import type { App, Receiver, ReceiverEvent } from '@slack/bolt';
import { KbError } from '../../errors.ts';
import type { ReplayGuard } from './replay-guard.ts';

/** What to do with something that Slack sent. */
export type Intake =
  /** Bolt handles it now and acknowledges it itself (a dialog to open, an unknown type). */
  | { readonly kind: 'now' }
  /** Kept on disk, acknowledged, worked on afterwards. */
  | { readonly kind: 'keep'; readonly key: string }
  /** Acknowledged with an answer and forgotten (a form with a mistake in it, something to ignore). */
  | { readonly kind: 'answer'; readonly response?: object };

export interface DurableReceiverOptions {
  readonly inner: Receiver;
  readonly decide: (body: unknown) => Intake;
  /** Resolves when the event is on disk. */
  readonly keep: (key: string, body: unknown) => Promise<unknown>;
  readonly replays: ReplayGuard;
}

/**
 * A Bolt receiver around Bolt's own (Socket Mode or HTTP). Bolt acknowledges an event before any listener sees it;
 * this keeps it on disk before that. An event that cannot be kept is not acknowledged, and Slack sends it again.
 */
export class DurableReceiver implements Receiver {
  readonly #options: DurableReceiverOptions;

  constructor(options: DurableReceiverOptions) {
    this.#options = options;
  }

  init(app: App): void {
    const receive = (event: ReceiverEvent) => this.#receive(app, event);
    // The inner receiver calls nothing of the app but `processEvent`.
    this.#options.inner.init(
      new Proxy(app, {
        get: (target, name) => (name === 'processEvent' ? receive : Reflect.get(target, name, target)),
      }),
    );
  }

  start(...args: unknown[]): Promise<unknown> {
    return this.#options.inner.start(...args);
  }

  stop(...args: unknown[]): Promise<unknown> {
    return this.#options.inner.stop(...args);
  }

  async #receive(app: App, event: ReceiverEvent): Promise<void> {
    const { decide, keep, replays } = this.#options;
    const signature: unknown = event.customProperties?.signature;
    if (typeof signature === 'string' && !replays.admit(signature)) throw new KbError('unauthorized');
    try {
      const intake = decide(event.body);
      if (intake.kind === 'now') return await app.processEvent(event);
      if (intake.kind === 'keep') await keep(intake.key, event.body);
      await event.ack(intake.kind === 'answer' ? intake.response : undefined);
    } catch (error) {
      if (typeof signature === 'string') replays.forget(signature);
      throw error;
    }
  }
}
