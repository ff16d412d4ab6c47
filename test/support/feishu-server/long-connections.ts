import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { APP_ID, APP_SECRET, type FeishuEvent } from './events.ts';
import type { PlannedAnswer } from './feishu-server.ts';
import { CONTROL, DATA, decodeFrame, encodeFrame } from './frame.ts';

/** How the client acknowledged an event's frame. */
export interface Ack {
  /** 200, or 500 where the platform is to send it again. */
  readonly code: number;
  /** What the handler answered, for a card callback. */
  readonly data: unknown;
}

const endpointRequest = z.looseObject({ AppID: z.string(), AppSecret: z.string() });
const ackPayload = z.object({ code: z.number(), data: z.string().optional() });

/** The long connection's side of the server. */
export class LongConnections {
  /** Seconds, as the endpoint and each pong tell the client. */
  clientConfig = { PingInterval: 0.2, ReconnectCount: -1, ReconnectInterval: 0.2, ReconnectNonce: 0.05 };
  answerPings = true;
  /** Answers instead of an address, while set. */
  refusal: PlannedAnswer | undefined;
  /** WebSocket handshakes are refused. */
  refuseSockets = false;
  pings = 0;
  /** Connections made so far. */
  accepted = 0;
  readonly acks: Ack[] = [];
  readonly #sockets = new Set<WebSocket>();
  readonly #waiting = new Map<string, (ack: Ack) => void>();
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #url: () => string;

  constructor(http: Server, url: () => string) {
    this.#url = url;
    http.on('upgrade', (request, socket, head) => {
      if (this.refuseSockets || !request.url?.startsWith('/ws?')) {
        socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
        return;
      }
      this.#server.handleUpgrade(request, socket, head, (ws) => this.#adopt(ws));
    });
  }

  get open(): number {
    return this.#sockets.size;
  }

  endpoint(body: unknown): PlannedAnswer {
    if (this.refusal) return this.refusal;
    const { AppID, AppSecret } = endpointRequest.parse(body);
    if (AppID !== APP_ID || AppSecret !== APP_SECRET)
      return { status: 200, body: { code: 514, msg: 'auth failed', data: {} } };
    const url = `${this.#url().replace('http', 'ws')}/ws?device_id=${randomUUID()}&service_id=1&ticket=secret-ticket`;
    return { status: 200, body: { code: 0, msg: '', data: { URL: url, ClientConfig: this.clientConfig } } };
  }

  /**
   * Sends an event to one of the connections, in `fragments` frames. Resolves to the acknowledgement; undefined where
   * none comes in time.
   */
  async send(
    event: FeishuEvent,
    options: { fragments?: number; type?: string; withinMs?: number } = {},
  ): Promise<Ack | undefined> {
    const socket = [...this.#sockets].at(-1);
    if (!socket) return undefined;
    const messageId = randomUUID();
    const bytes = Buffer.from(JSON.stringify(event));
    const sum = options.fragments ?? 1;
    const length = Math.ceil(bytes.length / sum);
    const acked = new Promise<Ack | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), options.withinMs ?? 5_000);
      this.#waiting.set(messageId, (ack) => {
        clearTimeout(timer);
        resolve(ack);
      });
    });
    for (let seq = 0; seq < sum; seq++) {
      const type = options.type ?? 'event';
      const headers = { type, message_id: messageId, sum: String(sum), seq: String(seq), trace_id: 'trace' };
      socket.send(rawFrame(headers, bytes.subarray(seq * length, (seq + 1) * length)));
    }
    const ack = await acked;
    this.#waiting.delete(messageId);
    return ack;
  }

  /** Ends all connections without a word, as a network does. */
  kill(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  close(): void {
    this.kill();
    this.#server.close();
  }

  #adopt(socket: WebSocket): void {
    this.accepted++;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('message', (bytes: Buffer) => {
      const frame = decodeFrame(bytes);
      if (frame.method === CONTROL) this.#ping(socket);
      else this.#ack(frame.headers.message_id ?? '', frame.payload);
    });
  }

  #ping(socket: WebSocket): void {
    this.pings++;
    if (!this.answerPings) return;
    const payload = JSON.stringify(this.clientConfig);
    socket.send(encodeFrame({ method: CONTROL, headers: { type: 'pong' }, payload }));
  }

  #ack(messageId: string, payload: string): void {
    const { code, data } = ackPayload.parse(JSON.parse(payload));
    const ack = {
      code,
      data: data === undefined ? undefined : JSON.parse(Buffer.from(data, 'base64').toString('utf8')),
    };
    this.acks.push(ack);
    this.#waiting.get(messageId)?.(ack);
  }
}

function rawFrame(headers: Readonly<Record<string, string>>, payload: Buffer): Buffer {
  return encodeFrame({ method: DATA, headers, payload });
}
