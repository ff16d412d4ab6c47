import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NodeRoute } from '../../../src/bots/core/bot.ts';
import { type SeenButton, visibleButtons } from './read-message.ts';
import { signedRequest } from './signed-request.ts';
import { BOT_USER, type SeenMessage, SIGNING_SECRET, SlackServer } from './slack-server.ts';

/** What Slack sends and how often it was sent before. */
export interface Delivery {
  readonly type: 'events_api' | 'slash_commands' | 'interactive';
  readonly body: Record<string, unknown>;
}

/** What came back: whether it was acknowledged, and with what. */
export interface Ack {
  readonly ok: boolean;
  readonly status?: number;
  readonly payload: unknown;
}

export interface Retry {
  readonly attempt: number;
  readonly reason: string;
}

/** A workspace with people who ask, over either transport. */
export class SlackWorld {
  readonly slack = new SlackServer();
  readonly transport: 'socket' | 'http';
  /** Everything that was delivered, oldest first. */
  readonly deliveries: Delivery[] = [];
  #routes: readonly NodeRoute[] = [];
  readonly #web = createServer((request, response) => {
    const route = this.#routes.find(({ path }) => path === request.url);
    if (route) route.handle(request, response);
    else response.writeHead(404).end();
  });

  constructor(transport: 'socket' | 'http') {
    this.transport = transport;
  }

  async open(): Promise<void> {
    await this.slack.listen();
    await new Promise<void>((resolve) => this.#web.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.#web.closeAllConnections();
    await new Promise((resolve) => this.#web.close(resolve));
    await this.slack.close();
  }

  /** Where Slack sends its requests in HTTP mode. */
  get eventsUrl(): string {
    return `http://127.0.0.1:${(this.#web.address() as AddressInfo).port}/slack/events`;
  }

  mount(routes: readonly NodeRoute[]): void {
    this.#routes = routes;
  }

  /** Sends something, as Slack does. */
  async deliver(delivery: Delivery, retry?: Retry): Promise<Ack> {
    const before = this.deliveries.filter((each) => each === delivery).length;
    this.deliveries.push(delivery);
    if (this.transport === 'socket') {
      const ack = await this.slack.sockets.deliver(delivery.type, delivery.body, retry);
      return { ok: ack !== undefined, payload: ack?.payload };
    }
    const { body, contentType } = encode(delivery);
    // Every delivery of one thing has a time, and so a signature, of its own.
    const timestamp = Math.floor(Date.now() / 1000) + before;
    const response = await fetch(
      this.eventsUrl,
      signedRequest(body, contentType, { secret: SIGNING_SECRET, timestamp, ...(retry ? { retry } : {}) }),
    );
    const text = await response.text();
    return {
      ok: response.ok,
      status: response.status,
      payload: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
  }

  /** An event of the Events API. */
  event(event: Record<string, unknown>, eventId = this.slack.nextId('Ev')): Delivery {
    return {
      type: 'events_api',
      body: {
        type: 'event_callback',
        token: 'verification',
        team_id: 'T1',
        api_app_id: 'A1',
        event_id: eventId,
        event_time: 1_700_000_000,
        authorizations: [{ team_id: 'T1', user_id: BOT_USER, is_bot: true }],
        event,
      },
    };
  }

  mention(user: string, channel: string, text: string, more: Record<string, unknown> = {}): Delivery {
    return this.event({
      type: 'app_mention',
      user,
      channel,
      text: `<@${BOT_USER}> ${text}`,
      ts: this.slack.nextTs(),
      ...more,
    });
  }

  direct(user: string, text: string, more: Record<string, unknown> = {}): Delivery {
    return this.event({
      type: 'message',
      channel_type: 'im',
      user,
      channel: `D${user}`,
      text,
      ts: this.slack.nextTs(),
      ...more,
    });
  }

  command(user: string, channel: string, text: string): Delivery {
    return {
      type: 'slash_commands',
      body: {
        token: 'verification',
        team_id: 'T1',
        api_app_id: 'A1',
        command: '/kb',
        text,
        user_id: user,
        channel_id: channel,
        trigger_id: this.slack.nextId('trigger'),
        response_url: this.slack.responseUrl(channel, user),
      },
    };
  }

  shortcut(user: string, channel: string, text: string): Delivery {
    return {
      type: 'interactive',
      body: {
        type: 'message_action',
        callback_id: 'look_up',
        api_app_id: 'A1',
        team: { id: 'T1' },
        trigger_id: this.slack.nextId('trigger'),
        user: { id: user },
        channel: { id: channel },
        message: { type: 'message', user: 'UX', ts: this.slack.nextTs(), text },
        response_url: this.slack.responseUrl(channel, user),
      },
    };
  }

  /** A press on a button of a message (or of a home tab, without one). */
  press(user: string, button: SeenButton, message?: SeenMessage): Delivery {
    return {
      type: 'interactive',
      body: {
        type: 'block_actions',
        api_app_id: 'A1',
        team: { id: 'T1' },
        user: { id: user },
        trigger_id: this.slack.nextId('trigger'),
        ...(message
          ? {
              channel: { id: message.channel },
              container: {
                type: 'message',
                message_ts: message.ts,
                ...(message.thread ? { thread_ts: message.thread } : {}),
              },
              response_url: this.slack.responseUrl(message.channel, user, message),
            }
          : { container: { type: 'view' }, view: { id: 'VHOME', type: 'home' } }),
        actions: [
          {
            type: 'button',
            action_id: button.actionId,
            value: button.value,
            action_ts: this.slack.nextTs(),
          },
        ],
      },
    };
  }

  submit(user: string, modal: Record<string, unknown>, lines: string): Delivery {
    return {
      type: 'interactive',
      body: {
        type: 'view_submission',
        api_app_id: 'A1',
        team: { id: 'T1' },
        user: { id: user },
        view: {
          ...modal,
          state: { values: { lines: { lines: { type: 'plain_text_input', value: lines } } } },
        },
      },
    };
  }

  openHome(user: string): Delivery {
    return this.event({ type: 'app_home_opened', user, channel: `D${user}`, tab: 'home' });
  }

  /** The button of a message whose label or action id begins like this. */
  button(message: SeenMessage | undefined, name: string): SeenButton {
    const found = visibleButtons(message?.blocks).find(
      ({ label, actionId }) => label.startsWith(name) || actionId.startsWith(name),
    );
    if (!found) throw new Error(`There is no button ${name} in ${JSON.stringify(message)}`);
    return found;
  }
}

/** The body of an HTTP request: JSON for events, a form for commands and interactions. */
export function encode(delivery: Delivery): { body: string; contentType: string } {
  if (delivery.type === 'events_api')
    return { body: JSON.stringify(delivery.body), contentType: 'application/json' };
  const fields =
    delivery.type === 'interactive'
      ? { payload: JSON.stringify(delivery.body) }
      : Object.fromEntries(Object.entries(delivery.body).map(([name, value]) => [name, String(value)]));
  return {
    body: new URLSearchParams(fields).toString(),
    contentType: 'application/x-www-form-urlencoded',
  };
}
