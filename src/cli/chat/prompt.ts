import { createInterface, type Interface } from 'node:readline';
import type { Io } from '../io.ts';
import { printRows } from '../io.ts';
import type { ChatSession } from './session.ts';

/** A pasted text arrives as several lines at once; they belong together. */
const PASTE_MS = 15;

/** How a conversation on a terminal ended. */
export type ChatEnd = 'quit' | 'end-of-input' | 'interrupt' | 'aborted';

export interface PromptOptions {
  readonly io: Io;
  readonly session: ChatSession;
  /** Ends the conversation. */
  readonly signal: AbortSignal;
}

/** A running prompt on a terminal. */
export interface Prompt {
  /** Resolves when the conversation is over. */
  readonly ended: Promise<ChatEnd>;
  /** Writes something in between (a log line) without tearing the row that is being typed. */
  interject(write: () => void): void;
}

/** Reads a person's input on a terminal and prints the replies, one after the other. */
export function startPrompt({ io, session, signal }: PromptOptions): Prompt {
  const readline = createInterface({ input: io.stdin, output: io.stdout, prompt: session.prompt });
  let waiting: string[] = [];
  let paste: NodeJS.Timeout | undefined;
  let queue = Promise.resolve();
  let typing = true;
  let closed = false;

  const ended = new Promise<ChatEnd>((resolve) => {
    let end: ChatEnd = 'end-of-input';
    const finish = (reason: ChatEnd) => {
      end = reason;
      readline.close();
    };
    const flush = () => {
      const input = waiting.join('\n');
      waiting = [];
      typing = false;
      queue = queue.then(async () => {
        const reply = await session.reply(input, { signal });
        printRows(io.stdout, framed(reply.rows));
        if (reply.end) return finish('quit');
        if (closed) return;
        typing = true;
        promptAgain(readline, session);
      });
    };
    readline.on('line', (line) => {
      waiting.push(line);
      clearTimeout(paste);
      paste = setTimeout(flush, PASTE_MS);
    });
    readline.on('SIGINT', () => finish('interrupt'));
    readline.on('close', () => {
      closed = true;
      clearTimeout(paste);
      signal.removeEventListener('abort', abort);
      if (waiting.length > 0) flush();
      queue.then(() => resolve(end));
    });
    const abort = () => finish('aborted');
    signal.addEventListener('abort', abort, { once: true });
  });
  promptAgain(readline, session);

  return {
    ended,
    interject(write) {
      if (!typing || closed) return write();
      io.stdout.write('\r\u001B[K');
      write();
      readline.prompt(true);
    },
  };
}

function promptAgain(readline: Interface, session: ChatSession): void {
  readline.setPrompt(session.prompt);
  readline.prompt();
}

/** A reply stands free between what was typed. */
const framed = (rows: readonly string[]) => (rows.length === 0 ? [] : [...rows, '']);
