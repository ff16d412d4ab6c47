import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSlackBot } from '../../../src/bots/slack/create-slack-bot.ts';
import { KbError } from '../../../src/errors.ts';
import { answerMessages } from '../../../src/messages/answer.ts';
import { signedRequest } from '../../support/slack-server/signed-request.ts';
import { APP_TOKEN, BOT_TOKEN, SIGNING_SECRET } from '../../support/slack-server/slack-server.ts';
import { encode } from '../../support/slack-server/slack-world.ts';
import { openStage, read, type Stage, type StageOptions } from './support/slack-stage.ts';

const PRINTER = 'The printer is on the third floor.';

let stage: Stage;
const open = async (options: Partial<StageOptions> = {}) => {
  stage = await openStage({ transport: 'socket', lines: [PRINTER], ...options });
  return stage;
};
afterEach(() => stage.close());

describe('HTTP', () => {
  const now = () => Math.floor(Date.now() / 1000);

  it('refuses forged, expired and replayed requests, and answers none of them', async () => {
    const { world } = await open({ transport: 'http' });
    const { body, contentType } = encode(world.direct('U1', PRINTER));
    const post = async (request: RequestInit) => (await fetch(world.eventsUrl, request)).status;
    const signed = (more: object = {}) =>
      signedRequest(body, contentType, { secret: SIGNING_SECRET, ...more });
    expect(await post(signedRequest(body, contentType, { secret: 'guessed' }))).toBe(401);
    expect(await post(signed({ signature: 'v0=00' }))).toBe(401);
    expect(await post({ ...signed(), body: body.replace('printer', 'safe') })).toBe(401);
    expect(await post({ method: 'POST', body, headers: { 'content-type': contentType } })).toBe(401);
    expect(await post(signed({ timestamp: now() - 6 * 60 }))).toBe(401);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(world.slack.messages).toEqual([]);
    const recorded = signed();
    expect(await post(recorded)).toBe(200);
    expect(await post(recorded)).toBe(401);
    await stage.news();
    const command = encode(world.command('U1', 'C1', 'add A recorded line'));
    const once = signedRequest(command.body, command.contentType, { secret: SIGNING_SECRET });
    expect(await post(once)).toBe(200);
    expect(await post(once)).toBe(401);
    await stage.news();
    await stage.restart();
    await post(once);
    expect(world.slack.messages).toHaveLength(2);
  });

  it('answers Slack’s question for the address, and nothing but signed POSTs', async () => {
    const { world } = await open({ transport: 'http' });
    const challenge = JSON.stringify({ type: 'url_verification', challenge: 'c1' });
    const answer = await fetch(
      world.eventsUrl,
      signedRequest(challenge, 'application/json', { secret: SIGNING_SECRET }),
    );
    expect(await answer.json()).toEqual({ challenge: 'c1' });
    expect((await fetch(world.eventsUrl)).status).toBe(405);
    const broken = signedRequest('{', 'application/json', { secret: SIGNING_SECRET });
    expect((await fetch(world.eventsUrl, broken)).status).toBe(400);
  });

  it('does not acknowledge what cannot be kept; Slack’s retry is answered', async () => {
    const { world, store } = await open({ transport: 'http' });
    const accept = vi.spyOn(store.inbox, 'accept').mockRejectedValueOnce(new KbError('store'));
    const delivery = world.direct('U1', PRINTER);
    expect((await world.deliver(delivery)).status).toBe(503);
    accept.mockRestore();
    expect((await world.deliver(delivery, { attempt: 1, reason: 'http_error' })).status).toBe(200);
    expect(await stage.news()).toHaveLength(1);
  });

  it('is ready from start to stop, and refuses afterwards', async () => {
    const { world } = await open({ transport: 'http' });
    expect(stage.bot.health().ready).toBe(true);
    await stage.bot.stop();
    expect(stage.bot.health().ready).toBe(false);
    expect((await world.deliver(world.direct('U1', PRINTER))).status).toBe(503);
  });
});

describe('Socket Mode', () => {
  it('comes back by itself after a cut and after a refresh, and tells the truth meanwhile', async () => {
    const { world, bot } = await open();
    const { sockets } = world.slack;
    expect(bot.health()).toEqual({ ready: true, detail: 'connected by Socket Mode' });
    sockets.refusing = true;
    sockets.cut();
    await vi.waitFor(() => expect(bot.health().ready).toBe(false), 5_000);
    expect(bot.health().detail).toContain('no connection');
    sockets.refusing = false;
    await vi.waitFor(() => expect(bot.health().ready).toBe(true), 10_000);
    await stage.say(world.direct('U1', PRINTER));
    await stage.news();
    const connections = sockets.connections;
    sockets.refresh();
    await vi.waitFor(() => expect(sockets.connections).toBe(connections + 1), 5_000);
    await vi.waitFor(() => expect(bot.health().ready).toBe(true), 5_000);
    await stage.say(world.direct('U1', PRINTER));
    await stage.news();
  });

  it('comes back after Slack refused connections for a while', async () => {
    const { world, bot } = await open();
    world.slack.failures.set('apps.connections.open', 'internal_error');
    world.slack.sockets.cut();
    await vi.waitFor(() => expect(bot.health().detail).toContain('internal_error'), 5_000);
    world.slack.failures.clear();
    await vi.waitFor(() => expect(bot.health().ready).toBe(true), 5_000);
  });
});

describe.each(['socket', 'http'] as const)('under way by %s', (transport) => {
  it('answers 200 questions at once exactly once each, with three deliveries of every one', async () => {
    const { world } = await open({ transport });
    const questions = Array.from({ length: 200 }, (_, i) =>
      world.mention(`U${i % 20}`, `C${i % 7}`, `question number ${i}`),
    );
    const acks = await Promise.all(
      [0, 1, 2].flatMap((attempt) =>
        questions.map((question) =>
          world.deliver(question, attempt === 0 ? undefined : { attempt, reason: 'timeout' }),
        ),
      ),
    );
    expect(acks.filter(({ ok }) => ok)).toHaveLength(600);
    await vi.waitFor(() => expect(world.slack.messages.length).toBeGreaterThanOrEqual(200), 25_000);
    await stage.bot.stop();
    const threads = world.slack.messages.map(({ thread }) => thread);
    expect(threads).toHaveLength(200);
    expect(new Set(threads).size).toBe(200);
    expect(await stage.store.inbox.pending('slack:')).toEqual([]);
  });

  it('waits as long as a 429 says, and then answers once', async () => {
    const { world } = await open({ transport });
    world.slack.rateLimits.set('chat.postMessage', { times: 2, retryAfter: 1 });
    await stage.say(world.direct('U1', PRINTER));
    await stage.news();
    expect(world.slack.callsOf('chat.postMessage')).toHaveLength(3);
    expect(world.slack.messages).toHaveLength(1);
  });

  it('sends an answer later that Slack could not take, without asking the engine again', async () => {
    const { world } = await open({ transport });
    world.slack.failures.set('chat.postMessage', 'internal_error');
    await stage.say(world.direct('U1', PRINTER));
    await vi.waitFor(() => expect(world.slack.callsOf('chat.postMessage').length).toBeGreaterThan(2), 5_000);
    world.slack.failures.clear();
    await stage.news();
    expect(stage.engine.asked).toEqual([PRINTER]);
    expect((await stage.store.questions.stats()).questionsEver).toBe(1);
  });

  it('falls back to text where Slack refuses the blocks', async () => {
    const { world } = await open({ transport });
    const refuse = (args: Record<string, unknown>) => args.blocks !== undefined && 'msg_blocks_too_long';
    world.slack.refusals.set('chat.postMessage', refuse);
    await stage.say(world.direct('U1', PRINTER));
    const [reply] = await stage.news();
    expect(reply?.blocks).toBeUndefined();
    expect(reply?.text).toContain(`1. ${PRINTER} (score 1.0000)`);
  });

  it('gives up where Slack refuses for good, and goes on', async () => {
    const { world } = await open({ transport });
    world.slack.failures.set('chat.postMessage', 'is_archived');
    await stage.say(world.direct('U1', PRINTER));
    await vi.waitFor(() => expect(world.slack.callsOf('chat.postMessage')).toHaveLength(1), 5_000);
    await vi.waitFor(async () => expect(await stage.store.inbox.pending('slack:')).toEqual([]), 5_000);
    world.slack.failures.clear();
    await stage.say(world.direct('U1', PRINTER));
    expect(await stage.news()).toHaveLength(1);
  });

  it('tells everyone who asked a command, a button or a form that the engine is down, once', async () => {
    const { world, engine } = await open({ transport });
    await stage.say(world.command('U1', 'C1', 'add'));
    await vi.waitFor(() => expect(world.slack.modals).toHaveLength(1), 5_000);
    engine.down = true;
    await stage.say(world.command('U1', 'C1', `ask ${PRINTER}`));
    await stage.say(world.shortcut('U2', 'C1', PRINTER));
    await stage.say(world.submit('U3', world.slack.modals[0] ?? {}, 'Visitors sign in at the front desk.'));
    const told = await stage.news(3);
    expect(new Set(told.map(({ onlyFor }) => onlyFor))).toEqual(new Set(['U1', 'U2', 'U3']));
    for (const each of told) expect(read(each)).toContain(answerMessages.en.delayed);
    engine.down = false;
    const answered = await stage.news(3);
    expect(answered.map(({ onlyFor }) => onlyFor).toSorted()).toEqual(['U1', 'U2', 'U3']);
    expect(await stage.store.lines.count()).toBe(2);
  });

  it('finishes at stop what it acknowledged', async () => {
    const { world, engine, bot } = await open({ transport });
    engine.delayMs = 150;
    for (let i = 0; i < 5; i++) await stage.say(world.direct(`U${i}`, PRINTER));
    await bot.stop();
    expect(world.slack.messages).toHaveLength(5);
  });

  it('answers after the next start what a kill left open', async () => {
    const { world, engine } = await open({ transport, graceMs: 1 });
    engine.delayMs = 400;
    await stage.say(world.direct('U1', PRINTER));
    await stage.store.inbox.accept({
      key: 'slack:A1:D9:1700000000.000900',
      payload: JSON.stringify(world.direct('U9', PRINTER).body),
    });
    await stage.restart();
    await stage.news(2);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(world.slack.messages.map(({ channel }) => channel).toSorted()).toEqual(['DU1', 'DU9']);
  });
});

describe('starting', () => {
  const start = async (config: Partial<Parameters<typeof createSlackBot>[0]['config']> = {}) => {
    const bot = createSlackBot({
      assistant: stage.assistant,
      inbox: stage.store.inbox,
      config: { botToken: BOT_TOKEN, appToken: APP_TOKEN, apiUrl: stage.world.slack.apiUrl, ...config },
    });
    const outcome = await bot.start().then(
      () => 'started',
      (error: unknown) => error,
    );
    await bot.stop();
    if (!(outcome instanceof KbError)) throw new Error(`It ${String(outcome)}`);
    expect(outcome.code).toBe('platform');
    expect(outcome.message).not.toMatch(/xoxb-\w|xapp-\w/u);
    return outcome.message;
  };

  it('says which token is wrong, and where to get it', async () => {
    await open();
    expect(await start({ botToken: 'xoxb-wrong' })).toMatch(/^Slack: SLACK_BOT_TOKEN is not valid; copy/u);
    expect(await start({ appToken: 'xapp-wrong' })).toMatch(/^Slack: SLACK_APP_TOKEN is not valid; create/u);
    stage.world.slack.failures.set('apps.connections.open', 'missing_scope');
    expect(await start()).toContain('connections:write');
    stage.world.slack.failures.set('auth.test', 'account_inactive');
    expect(await start()).toContain('install it again');
  });

  it('names the scopes that are missing, and what they are for', async () => {
    await open();
    stage.world.slack.scopes = 'chat:write,im:history,app_mentions:read,users:read';
    expect(await start()).toMatch(/commands \(for \/kb.*reactions:write \(to show.*OAuth & Permissions/u);
  });

  it('says so where Slack cannot be reached', async () => {
    await open();
    expect(await start({ apiUrl: 'http://127.0.0.1:1/api' })).toContain('cannot be reached');
  });

  it('needs an app token or a signing secret', async () => {
    await open();
    const { assistant, store } = stage;
    expect(() => createSlackBot({ assistant, inbox: store.inbox, config: { botToken: BOT_TOKEN } })).toThrow(
      /SLACK_SIGNING_SECRET/u,
    );
  });
});
