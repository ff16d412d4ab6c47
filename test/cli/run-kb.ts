import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const KB = fileURLToPath(new URL('../../bin/kb.js', import.meta.url));

/** A running `kb`. */
export interface RunningKb {
  readonly child: ChildProcessWithoutNullStreams;
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves when the standard output holds the text; rejects when the process ends before. */
  readonly printed: (text: string) => Promise<void>;
  /** The exit code, or the signal that killed it. */
  readonly ended: Promise<number | string | null>;
}

/** Starts the real program with nothing in its environment but what is given. */
export function startKb(args: readonly string[], env: Readonly<Record<string, string>>): RunningKb {
  const child = spawn(process.execPath, [KB, ...args], {
    env: { PATH: process.env.PATH ?? '', LANG: 'en_US.UTF-8', ...env },
  });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    text.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    text.err += chunk.toString();
  });
  const ended = once(child, 'close').then(([code, signal]): number | string | null => code ?? signal);
  const printed = (wanted: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (text.out.includes(wanted)) resolve();
      };
      child.stdout.on('data', look);
      look();
      ended.then(() => reject(new Error(`kb ended without printing ${wanted}:\n${text.err}`)));
    });
  return { child, out: () => text.out, err: () => text.err, printed, ended };
}

/** Runs it to its end. */
export async function runKb(args: readonly string[], env: Readonly<Record<string, string>>) {
  const running = startKb(args, env);
  running.child.stdin.end();
  const code = await running.ended;
  return { code, out: running.out(), err: running.err() };
}
