import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Bot } from '../../../../src/bots/core/bot.ts';
import { createSlackBot } from '../../../../src/bots/slack/create-slack-bot.ts';
import { visibleText } from '../../../support/slack-server/read-message.ts';
import {
  APP_TOKEN,
  BOT_TOKEN,
  type SeenMessage,
  SIGNING_SECRET,
} from '../../../support/slack-server/slack-server.ts';
import { type Delivery, SlackWorld } from '../../../support/slack-server/slack-world.ts';
import { openRealAssistant, type RealAssistant } from '../../core/support/real-assistant.ts';

export interface StageOptions {
  readonly transport: 'socket' | 'http';
  readonly editors?: readonly string[];
  readonly lines?: readonly string[];
  readonly slowMs?: number;
  readonly graceMs?: number;
}

/** Everything a test of the bot needs: Slack, the bot, the real store and the builtin model. */
export interface Stage extends RealAssistant {
  readonly world: SlackWorld;
  bot: Bot;
  /** Delivers and waits until the bot has nothing left to do. */
  say(delivery: Delivery): Promise<void>;
  /** Messages seen since the last call of `news`, once there are `count` of them. */
  news(count?: number): Promise<SeenMessage[]>;
  /** Stops the bot and starts another on the same store. */
  restart(): Promise<void>;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const world = new SlackWorld(options.transport);
  await world.open();
  const folder = await mkdtemp(join(tmpdir(), 'meaning-radar-slack-'));
  const real = await openRealAssistant(folder, options.editors ? { editors: options.editors } : {});
  if (options.lines) await real.store.lines.add(options.lines, { id: 'operator', source: 'terminal' });
  const create = () =>
    createSlackBot({
      assistant: real.assistant,
      inbox: real.store.inbox,
      config: {
        botToken: BOT_TOKEN,
        apiUrl: world.slack.apiUrl,
        ...(options.transport === 'socket' ? { appToken: APP_TOKEN } : { signingSecret: SIGNING_SECRET }),
      },
      timing: {
        slowMs: options.slowMs ?? 30_000,
        graceMs: options.graceMs ?? 10_000,
        backoff: () => 30,
        reconnect: () => 20,
      },
    });
  let seen = 0;
  const stage: Stage = {
    ...real,
    world,
    bot: create(),
    async say(delivery) {
      const ack = await world.deliver(delivery);
      if (!ack.ok) throw new Error(`Not acknowledged: ${JSON.stringify(ack)}`);
    },
    async news(count = 1) {
      await vi.waitFor(() => {
        if (world.slack.messages.length < seen + count)
          throw new Error(`only ${world.slack.messages.length - seen} new messages`);
      }, 10_000);
      const fresh = world.slack.messages.slice(seen);
      seen = world.slack.messages.length;
      return fresh;
    },
    async restart() {
      await stage.bot.stop();
      stage.bot = create();
      world.mount(stage.bot.routes);
      await stage.bot.start();
    },
    async close() {
      await stage.bot.stop();
      await real.close();
      await world.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  world.mount(stage.bot.routes);
  await stage.bot.start();
  return stage;
}

/** What a person reads of a message. */
export const read = (message: SeenMessage | undefined) =>
  visibleText(message?.blocks) || (message?.text ?? '');
