import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

/** An acknowledged envelope, with what the app answered. */
export interface Acknowledged {
  readonly envelope: string;
  readonly payload: unknown;
}

/** Socket Mode: greets with `hello`, hands out envelopes and waits for their acknowledgement. */
export class SlackSockets {
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #open = new Set<WebSocket>();
  readonly #waiting = new Map<string, (ack: Acknowledged) => void>();
  #count = 0;
  /** Connections made so far. */
  connections = 0;
  /** While true, nobody gets a connection. */
  refusing = false;

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      if (this.refusing) {
        socket.destroy();
        return;
      }
      this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#greet(webSocket));
    });
  }

  /** An address as `apps.connections.open` gives it. */
  invite(origin: string): string {
    return `${origin.replace('http', 'ws')}/link/?ticket=${++this.#count}`;
  }

  get connected(): boolean {
    return this.#open.size > 0;
  }

  /** Sends an envelope; resolves with its acknowledgement, or undefined when none came in time. */
  async deliver(
    type: 'events_api' | 'slash_commands' | 'interactive',
    payload: unknown,
    retry?: { attempt: number; reason: string },
    timeoutMs = 3_000,
  ): Promise<Acknowledged | undefined> {
    const socket = [...this.#open][0];
    if (!socket) return undefined;
    const envelope = `envelope-${++this.#count}`;
    const acknowledged = new Promise<Acknowledged>((resolve) => this.#waiting.set(envelope, resolve));
    socket.send(
      JSON.stringify({
        envelope_id: envelope,
        type,
        payload,
        accepts_response_payload: type !== 'events_api',
        retry_attempt: retry?.attempt ?? 0,
        retry_reason: retry?.reason ?? '',
      }),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), timeoutMs);
    });
    const ack = await Promise.race([acknowledged, late]);
    clearTimeout(timer);
    this.#waiting.delete(envelope);
    return ack;
  }

  /** Asks all connections to be made anew, as Slack does every few hours. */
  refresh(): void {
    for (const socket of this.#open)
      socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
  }

  /** Breaks all connections without a word. */
  cut(): void {
    for (const socket of this.#open) socket.terminate();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #greet(socket: WebSocket): void {
    this.#open.add(socket);
    this.connections++;
    socket.on('close', () => this.#open.delete(socket));
    socket.on('error', () => {});
    socket.on('message', (data) => {
      const { envelope_id: envelope, payload } = JSON.parse(String(data)) as Record<string, unknown>;
      this.#waiting.get(String(envelope))?.({ envelope: String(envelope), payload });
    });
    socket.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A1' } }));
  }
}
