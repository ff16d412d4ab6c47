import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SlackSockets } from './slack-sockets.ts';
import { messageProblem, viewProblem } from './validate-blocks.ts';

/** A message, an ephemeral or an answer to a response address that somebody sees. */
export interface SeenMessage {
  readonly channel: string;
  /** Set where only this user sees it. */
  readonly onlyFor?: string;
  readonly ts: string;
  readonly thread: string | undefined;
  text: string;
  blocks: unknown;
  /** It took the place of an earlier message. */
  replaced: boolean;
}

export interface ApiCall {
  readonly method: string;
  readonly args: Record<string, unknown>;
}

interface ResponseAddress {
  uses: number;
  readonly channel: string;
  readonly user: string;
  readonly of: SeenMessage | undefined;
}

export const BOT_TOKEN = 'xoxb-test-bot';
export const APP_TOKEN = 'xapp-test-app';
export const SIGNING_SECRET = 'test-signing-secret';
export const BOT_USER = 'UBOT';
const SCOPES = 'app_mentions:read,im:history,chat:write,commands,reactions:write,users:read';

type Handler = (args: Record<string, unknown>) => Record<string, unknown>;

/** Slack's side of the wire, on 127.0.0.1: the Web API, response addresses and Socket Mode. */
export class SlackServer {
  readonly messages: SeenMessage[] = [];
  readonly calls: ApiCall[] = [];
  readonly reactions: string[] = [];
  readonly modals: Record<string, unknown>[] = [];
  readonly homes = new Map<string, Record<string, unknown>>();
  /** Scopes that the bot token has. */
  scopes = SCOPES;
  /** Methods that fail with this error. */
  readonly failures = new Map<string, string>();
  /** Answers an error to some calls of a method. */
  readonly refusals = new Map<string, (args: Record<string, unknown>) => string | false>();
  /** Times that a method still answers 429, and the seconds that it tells to wait. */
  readonly rateLimits = new Map<string, { times: number; retryAfter: number }>();
  /** Languages that people set. */
  readonly locales = new Map<string, string>();
  /** Channels that the bot is not a member of. */
  readonly foreign = new Set<string>();
  readonly sockets = new SlackSockets();
  readonly #responses = new Map<string, ResponseAddress>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #clock = 1_700_000_000_000_000;
  #count = 0;

  async listen(): Promise<void> {
    this.sockets.attach(this.#server);
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get apiUrl(): string {
    return `${this.origin}/api`;
  }

  async close(): Promise<void> {
    this.sockets.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A timestamp as Slack's, later than all before. */
  nextTs(): string {
    this.#clock += 1_000_100;
    return `${Math.floor(this.#clock / 1e6)}.${String(this.#clock % 1e6).padStart(6, '0')}`;
  }

  nextId(prefix: string): string {
    return `${prefix}${++this.#count}`;
  }

  /** An address that takes five answers. */
  responseUrl(channel: string, user: string, of?: SeenMessage): string {
    const id = this.nextId('r');
    this.#responses.set(id, { uses: 0, channel, user, of });
    return `${this.origin}/response/${id}`;
  }

  /** Makes all response addresses of before useless, as after thirty minutes. */
  expireResponses(): void {
    for (const response of this.#responses.values()) response.uses = 5;
  }

  callsOf(method: string): ApiCall[] {
    return this.calls.filter((call) => call.method === method);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const path = new URL(request.url ?? '/', this.origin).pathname;
    if (path.startsWith('/response/')) return this.#respond(path.slice('/response/'.length), body, response);
    const method = path.replace('/api/', '');
    const args = readArgs(request.headers['content-type'] ?? '', body);
    this.calls.push({ method, args });
    const limit = this.rateLimits.get(method);
    if (limit && limit.times-- > 0) {
      response.writeHead(429, { 'retry-after': String(limit.retryAfter) }).end();
      return;
    }
    const token = String(request.headers.authorization ?? '').replace(/^Bearer /u, '');
    const result = this.#call(method, args, token);
    response
      .writeHead(200, { 'content-type': 'application/json', 'x-oauth-scopes': this.scopes })
      .end(JSON.stringify(result));
  }

  #call(method: string, args: Record<string, unknown>, token: string): Record<string, unknown> {
    const failure = this.failures.get(method) ?? this.refusals.get(method)?.(args);
    if (failure) return { ok: false, error: failure };
    if (token !== (method === 'apps.connections.open' ? APP_TOKEN : BOT_TOKEN))
      return { ok: false, error: 'invalid_auth' };
    const handler = this.#methods[method];
    return handler ? handler(args) : { ok: false, error: 'unknown_method' };
  }

  readonly #methods: Record<string, Handler> = {
    'auth.test': () => ({
      ok: true,
      url: 'https://team.slack.test/',
      team_id: 'T1',
      user_id: BOT_USER,
      bot_id: 'B1',
    }),
    'apps.connections.open': () => ({ ok: true, url: this.sockets.invite(this.origin) }),
    'chat.postMessage': (args) => this.#post(args),
    'chat.postEphemeral': (args) =>
      this.foreign.has(String(args.channel))
        ? { ok: false, error: 'user_not_in_channel' }
        : this.#post(args, String(args.user)),
    'chat.update': (args) => {
      const message = this.messages.find((m) => m.ts === args.ts && m.channel === args.channel);
      if (!message) return { ok: false, error: 'message_not_found' };
      const problem = messageProblem(args.text, args.blocks);
      if (problem) return refused(problem);
      Object.assign(message, { text: String(args.text ?? ''), blocks: args.blocks, replaced: true });
      return { ok: true, ts: message.ts };
    },
    'chat.getPermalink': ({ channel, message_ts: ts }) => ({
      ok: true,
      channel,
      permalink: `https://team.slack.test/archives/${String(channel)}/p${String(ts).replace('.', '')}`,
    }),
    'reactions.add': ({ name, timestamp }) => {
      this.reactions.push(`+${String(name)} ${String(timestamp)}`);
      return { ok: true };
    },
    'reactions.remove': ({ name, timestamp }) => {
      this.reactions.push(`-${String(name)} ${String(timestamp)}`);
      return { ok: true };
    },
    'views.open': ({ view, trigger_id: trigger }) => {
      if (typeof trigger !== 'string') return { ok: false, error: 'invalid_trigger_id' };
      return this.#view(view, (kept) => this.modals.push(kept));
    },
    'views.update': ({ view }) => this.#view(view, (kept) => this.modals.push(kept)),
    'views.publish': ({ view, user_id: user }) =>
      this.#view(view, (kept) => this.homes.set(String(user), kept)),
    'users.info': ({ user }) => ({
      ok: true,
      user: {
        id: user,
        name: String(user).toLowerCase(),
        profile: { display_name: `name of ${String(user)}` },
        locale: this.locales.get(String(user)) ?? 'en-US',
      },
    }),
  };

  #view(view: unknown, keep: (view: Record<string, unknown>) => void): Record<string, unknown> {
    const problems = viewProblem(view);
    if (problems) return { ok: false, error: 'invalid_arguments', response_metadata: { messages: problems } };
    const kept = { ...(view as Record<string, unknown>), id: this.nextId('V') };
    keep(kept);
    return { ok: true, view: kept };
  }

  #post(args: Record<string, unknown>, onlyFor?: string): Record<string, unknown> {
    const problem = messageProblem(args.text, args.blocks);
    if (problem) return refused(problem);
    if (typeof args.channel !== 'string') return { ok: false, error: 'channel_not_found' };
    if (this.foreign.has(args.channel)) return { ok: false, error: 'not_in_channel' };
    const message = this.#see(args.channel, args, onlyFor);
    return { ok: true, channel: args.channel, ts: message.ts, message_ts: message.ts };
  }

  #see(channel: string, { text, blocks, thread_ts: thread }: Record<string, unknown>, onlyFor?: string) {
    const message: SeenMessage = {
      channel,
      ...(onlyFor === undefined ? {} : { onlyFor }),
      ts: this.nextTs(),
      thread: typeof thread === 'string' ? thread : undefined,
      text: String(text ?? ''),
      blocks,
      replaced: false,
    };
    this.messages.push(message);
    return message;
  }

  #respond(id: string, body: string, response: ServerResponse): void {
    const address = this.#responses.get(id);
    const args = JSON.parse(body) as Record<string, unknown>;
    const problem = messageProblem(args.text, args.blocks);
    if (!address || address.uses >= 5 || problem) {
      response.writeHead(address && address.uses < 5 ? 400 : 404).end(problem?.error ?? 'expired_url');
      return;
    }
    address.uses++;
    if (args.replace_original === true && address.of) {
      Object.assign(address.of, { text: String(args.text ?? ''), blocks: args.blocks, replaced: true });
    } else {
      this.#see(address.channel, args, args.response_type === 'in_channel' ? undefined : address.user);
    }
    response.writeHead(200).end('ok');
  }
}

const refused = ({ error, messages }: { error: string; messages: string[] }) => ({
  ok: false,
  error,
  response_metadata: { messages },
});

/** Arguments as Slack reads them: JSON, or a form whose structured values are JSON in strings. */
function readArgs(contentType: string, body: string): Record<string, unknown> {
  if (body === '') return {};
  if (contentType.startsWith('application/json')) return JSON.parse(body) as Record<string, unknown>;
  const args: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(body)) {
    args[name] = name === 'blocks' || name === 'view' ? (JSON.parse(value) as unknown) : value;
  }
  return args;
}
