import { createInterface } from 'node:readline';
import { type Io, printJson, printRows } from '../io.ts';
import { resultJson } from '../result-json.ts';
import type { ChatSession } from './session.ts';

export interface PipedOptions {
  readonly io: Io;
  readonly session: ChatSession;
  readonly signal: AbortSignal;
  /** One JSON document a result, each on its line, instead of text. */
  readonly json: boolean;
}

/** Answers input that no person is typing, line by line, without a prompt. */
export async function answerPiped({ io, session, signal, json }: PipedOptions): Promise<void> {
  const readline = createInterface({ input: io.stdin });
  const stop = () => readline.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const line of readline) {
      const reply = await session.reply(line, { signal });
      if (json) for (const result of reply.results) printJson(io.stdout, resultJson(result));
      else if (reply.rows.length > 0) printRows(io.stdout, [...reply.rows, '']);
      if (reply.end || signal.aborted) return;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    readline.close();
  }
}
