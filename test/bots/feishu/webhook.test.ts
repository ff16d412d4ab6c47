import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ENCRYPT_KEY,
  type FeishuEvent,
  messageEvent,
  VERIFICATION_TOKEN,
} from '../../support/feishu-server/events.ts';
import { type SendOptions, sendWebhook } from '../../support/feishu-server/webhook-sender.ts';
import { FeishuWorld } from './support/start-feishu.ts';

let world: FeishuWorld;
let accepted = 0;

beforeAll(async () => {
  world = await FeishuWorld.start({ transport: 'webhook', lines: ['Lunch is at noon'] });
});
afterAll(() => world.close());

const send = (options: SendOptions = {}, event: unknown = messageEvent({ text: 'Lunch?' })) =>
  sendWebhook(world.webhookUrl, event, options);

const check = (token: string) => ({ type: 'url_verification', challenge: 'a-challenge', token });

describe('the webhook', () => {
  it('answers the challenge, encrypted, without a signature', async () => {
    expect(await send({ signed: false }, check(VERIFICATION_TOKEN))).toEqual({
      status: 200,
      body: { challenge: 'a-challenge' },
    });
    expect((await send({ signed: false }, check('another token'))).status).toBe(401);
  });

  it('takes what is signed over the raw body', async () => {
    expect(await send()).toEqual({ status: 200, body: {} });
    accepted++;
    await world.server.waitForSent(accepted);
  });

  const old = Date.now() - 6 * 60_000;
  it.each<[string, SendOptions]>([
    ['unsigned', { signed: false }],
    ['signed with another key', { signKey: 'another key' }],
    ['encrypted with another key', { encryptKey: 'another key' }],
    ['older than five minutes', { now: old }],
    ['from the future', { now: Date.now() + 6 * 60_000 }],
    ['tampered with, by a blank', { tamper: (body) => `${body} ` }],
    [
      'with its timestamp made younger',
      { now: old, headers: { 'x-lark-request-timestamp': String(Math.floor(Date.now() / 1000)) } },
    ],
    ['with a timestamp that is no number', { headers: { 'x-lark-request-timestamp': 'now' } }],
    ['with another nonce', { headers: { 'x-lark-request-nonce': 'other' } }],
    ['with an empty signature', { headers: { 'x-lark-signature': '' } }],
    ['not encrypted', { tamper: () => JSON.stringify(messageEvent({ text: 'Lunch?' })) }],
    ['not JSON', { tamper: () => 'hello' }],
  ])('refuses a request that is %s', async (_, options) => {
    const { status } = await send(options);
    expect([400, 401]).toContain(status);
  });

  it('refuses a wrong verification token', async () => {
    const event = messageEvent({ text: 'Lunch?' });
    const forged: FeishuEvent = { ...event, header: { ...event.header, token: 'wrong' } };
    expect((await send({}, forged)).status).toBe(401);
  });

  it('refuses a replay, even of another event under the same nonce', async () => {
    const nonce = 'a-nonce';
    expect((await send({ nonce })).status).toBe(200);
    accepted++;
    expect((await send({ nonce })).status).toBe(401);
  });

  it('refuses other methods and too large bodies', async () => {
    expect((await fetch(world.webhookUrl)).status).toBe(405);
    const body = 'x'.repeat(1024 * 1024 + 1);
    const status = await fetch(world.webhookUrl, { method: 'POST', body }).then(
      (response) => response.status,
      () => 413,
    );
    expect(status).toBe(413);
  });

  it('answered only what was genuine', async () => {
    await world.server.waitForSent(accepted);
    expect(world.engine.asked).toHaveLength(accepted);
  });

  it('never says its keys in the log', () => {
    expect(JSON.stringify(world.log)).not.toContain(ENCRYPT_KEY);
    expect(JSON.stringify(world.log)).not.toContain(VERIFICATION_TOKEN);
  });
});
