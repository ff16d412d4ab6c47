import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { cardProblem } from './card-schema.ts';
import { APP_ID, APP_SECRET, BOT_OPEN_ID } from './events.ts';
import { LongConnections } from './long-connections.ts';

/** A message that the bot sent. */
export interface SentMessage {
  readonly messageId: string;
  readonly chatId: string;
  /** The message that it replies to. */
  readonly parentId?: string;
  readonly inThread: boolean;
  readonly type: string;
  /** The latest content, parsed. */
  content: unknown;
  readonly uuid: string;
  readonly at: number;
}

/** An answer that the server gives instead of its own. */
export interface PlannedAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const tokenRequest = z.object({ app_id: z.string(), app_secret: z.string() });
const replyRequest = z.object({
  msg_type: z.enum(['text', 'post', 'interactive']),
  content: z.string(),
  uuid: z.string().max(50),
  reply_in_thread: z.boolean().optional(),
});
const patchRequest = z.object({ content: z.string() });
const MAX_TEXT_BYTES = 150 * 1024;

/** Speaks Feishu's protocol on 127.0.0.1: tokens, messages, bot info, permissions, and the long connection. */
export class FeishuServer {
  readonly sent: SentMessage[] = [];
  /** Sends that were repeated with a `uuid` that was known. */
  repeated = 0;
  /** Tokens given out so far. */
  tokens = 0;
  /** Answers to the next message calls, instead of the server's own. */
  readonly planned: PlannedAnswer[] = [];
  /** Refuses the messages over this many a second and chat, with code 99991400. */
  perSecond = Number.POSITIVE_INFINITY;
  /** Calls refused for that. */
  limited = 0;
  /** So many message calls are carried out, but their answers get lost. */
  dropAnswers = 0;
  /** Every card is refused. */
  refuseCards = false;
  scopes: readonly string[] = [
    'im:message',
    'im:message.p2p_msg:readonly',
    'im:message.group_at_msg:readonly',
  ];
  botInfo: unknown = {
    code: 0,
    msg: 'ok',
    bot: { activate_status: 2, app_name: 'kb', open_id: BOT_OPEN_ID },
  };
  readonly connections: LongConnections;
  /** Chats of messages that were sent to the bot, by their ids. */
  readonly chats = new Map<string, string>();
  readonly #http: Server;
  readonly #valid = new Set<string>();
  #url = '';

  private constructor() {
    this.#http = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
    this.connections = new LongConnections(this.#http, () => this.#url);
  }

  static async start(): Promise<FeishuServer> {
    const server = new FeishuServer();
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve));
    server.#url = `http://127.0.0.1:${(server.#http.address() as AddressInfo).port}`;
    return server;
  }

  get url(): string {
    return this.#url;
  }

  /** Takes back all tokens before their time. */
  revokeTokens(): void {
    this.#valid.clear();
  }

  /** Resolves when `count` messages were sent in all. */
  async waitForSent(count: number, timeoutMs = 10_000): Promise<SentMessage[]> {
    await until(
      () => this.sent.length >= count,
      timeoutMs,
      () => `${this.sent.length} of ${count} messages came`,
    );
    return this.sent;
  }

  waitUntil(so: () => boolean): Promise<void> {
    return until(so);
  }

  async close(): Promise<void> {
    this.connections.close();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const body: unknown = text === '' ? {} : JSON.parse(text);
    const { pathname } = new URL(request.url ?? '/', this.#url);
    const { status, body: answer, headers } = this.#route(request, pathname, body);
    if (this.dropAnswers > 0 && pathname.startsWith('/open-apis/im/')) {
      this.dropAnswers--;
      response.destroy();
      return;
    }
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(answer));
  }

  #route(request: IncomingMessage, path: string, body: unknown): PlannedAnswer {
    if (path === '/open-apis/auth/v3/tenant_access_token/internal') return this.#token(body);
    if (path === '/callback/ws/endpoint') return this.connections.endpoint(body);
    const token = String(request.headers.authorization ?? '').replace('Bearer ', '');
    if (!this.#valid.has(token))
      return { status: 400, body: { code: 99991663, msg: 'Invalid access token' } };
    if (path === '/open-apis/bot/v3/info') return { status: 200, body: this.botInfo };
    if (path === '/open-apis/application/v6/scopes') return this.#scopes();
    const reply = /^\/open-apis\/im\/v1\/messages\/([^/]+)\/reply$/.exec(path)?.[1];
    if (reply && request.method === 'POST') return this.planned.shift() ?? this.#reply(reply, body);
    const patched = /^\/open-apis\/im\/v1\/messages\/([^/]+)$/.exec(path)?.[1];
    if (patched && request.method === 'PATCH') return this.planned.shift() ?? this.#patch(patched, body);
    return { status: 404, body: { code: 404, msg: 'not found' } };
  }

  #token(body: unknown): PlannedAnswer {
    const { app_id, app_secret } = tokenRequest.parse(body);
    if (app_id !== APP_ID) return { status: 200, body: { code: 10003, msg: 'invalid param' } };
    if (app_secret !== APP_SECRET) return { status: 200, body: { code: 10014, msg: 'app secret invalid' } };
    const token = `t-${++this.tokens}`;
    this.#valid.add(token);
    return { status: 200, body: { code: 0, msg: 'ok', tenant_access_token: token, expire: 7200 } };
  }

  #scopes(): PlannedAnswer {
    const scopes = this.scopes.map((scope_name) => ({ scope_name, grant_status: 1, scope_type: 'tenant' }));
    return { status: 200, body: { code: 0, msg: 'ok', data: { scopes } } };
  }

  #reply(parentId: string, body: unknown): PlannedAnswer {
    const { msg_type, content, uuid, reply_in_thread } = replyRequest.parse(body);
    const known = this.sent.find((message) => message.uuid === uuid);
    if (known) {
      this.repeated++;
      return { status: 200, body: { code: 0, msg: 'success', data: { message_id: known.messageId } } };
    }
    const chatId = this.chats.get(parentId) ?? 'oc_direct';
    const recent = this.sent.filter((message) => message.chatId === chatId && message.at > Date.now() - 1000);
    if (recent.length >= this.perSecond) {
      this.limited++;
      const headers = { 'x-ogw-ratelimit-limit': String(this.perSecond), 'x-ogw-ratelimit-reset': '1' };
      return { status: 429, body: { code: 99991400, msg: 'request trigger frequency limit' }, headers };
    }
    const problem = this.#problem(msg_type, content);
    if (problem) return { status: 400, body: problem };
    const messageId = `om_sent_${this.sent.length}_${randomUUID().slice(0, 8)}`;
    this.chats.set(messageId, chatId);
    this.sent.push({
      messageId,
      chatId,
      parentId,
      inThread: reply_in_thread ?? false,
      type: msg_type,
      content: JSON.parse(content),
      uuid,
      at: Date.now(),
    });
    return { status: 200, body: { code: 0, msg: 'success', data: { message_id: messageId } } };
  }

  #patch(messageId: string, body: unknown): PlannedAnswer {
    const { content } = patchRequest.parse(body);
    const message = this.sent.find((each) => each.messageId === messageId);
    if (!message) return { status: 400, body: { code: 230011, msg: 'The message was recalled' } };
    const problem = this.#problem('interactive', content);
    if (problem) return { status: 400, body: problem };
    message.content = JSON.parse(content);
    return { status: 200, body: { code: 0, msg: 'success' } };
  }

  #problem(type: string, content: string): { code: number; msg: string } | undefined {
    if (type !== 'interactive') {
      return Buffer.byteLength(content) > MAX_TEXT_BYTES ? { code: 230025, msg: 'too large' } : undefined;
    }
    if (this.refuseCards) return { code: 230099, msg: 'Failed to create card content' };
    return cardProblem(content);
  }
}

/** Polls until something is so; the message tells what was instead. */
export async function until(
  so: () => boolean,
  timeoutMs = 10_000,
  what: () => string = () => 'never so',
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!so()) {
    if (Date.now() > end) throw new Error(what());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
