import { PassThrough, Readable } from 'node:stream';
import type { Io } from '../../src/cli/io.ts';

/** A stream that remembers what was written, and may pretend to be a terminal. */
export class FakeScreen extends PassThrough {
  readonly isTTY: boolean;
  columns: number;
  text = '';

  constructor(options: { isTTY?: boolean; columns?: number } = {}) {
    super();
    this.isTTY = options.isTTY ?? false;
    this.columns = options.columns ?? 80;
    this.on('data', (chunk: Buffer) => {
      this.text += chunk.toString();
    });
  }
}

export interface FakeIo extends Io {
  readonly stdout: FakeScreen;
  readonly stderr: FakeScreen;
}

export function fakeIo(options: { env?: Io['env']; stdin?: string; isTTY?: boolean } = {}): FakeIo {
  const tty = { isTTY: options.isTTY ?? false };
  return {
    stdin: Readable.from(options.stdin === undefined ? [] : [options.stdin]),
    stdout: new FakeScreen(tty),
    stderr: new FakeScreen(tty),
    env: options.env ?? {},
  };
}
