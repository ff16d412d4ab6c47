import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type Job, STAGE_MARK, type Stage } from './children/job.ts';
import { type ProcessMemory, processMemory, watchAnonymous } from './process-memory.ts';

export interface Measured {
  /** From the start of the process to a loaded model, in milliseconds. */
  readonly ready: number;
  /** Of each question, in milliseconds. */
  readonly questions: readonly number[];
  /** Of all lines together, in milliseconds. */
  readonly lines: number;
  readonly loaded: ProcessMemory;
  readonly peak: ProcessMemory;
  /** Of the questions and then the lines, one after the other. */
  readonly vectors: Float32Array;
}

/** Runs a contender in a process of its own. Rejects with the end of what it wrote where it fails. */
export async function runContender(
  command: readonly [string, ...string[]],
  job: Job,
  env: NodeJS.ProcessEnv = {},
): Promise<Measured> {
  const file = `${job.vectors}.job.json`;
  await writeFile(file, JSON.stringify(job));
  const [program, ...args] = command;
  const begin = performance.now();
  const child = spawn(program, [...args, file], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, OMP_NUM_THREADS: String(job.threads), ...env },
  });
  const { pid = 0 } = child;
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4000);
  });
  const watch = watchAnonymous(pid);
  const seen: { -readonly [Key in keyof Measured]?: Measured[Key] } = {};
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith(STAGE_MARK)) continue;
      const reached = JSON.parse(line.slice(STAGE_MARK.length)) as Stage;
      const { resident, anonymous, peakResident } = processMemory(pid);
      if (reached.stage === 'loaded') {
        seen.ready = performance.now() - begin;
        seen.loaded = { resident, anonymous };
      } else if (reached.stage === 'questions') seen.questions = reached.ms;
      else if (reached.stage === 'lines') {
        seen.lines = reached.ms;
        seen.peak = { resident: peakResident, anonymous: watch.peak() };
      } else seen.vectors = await readFloats(job.vectors);
      child.stdin.write('\n');
    }
    await ended;
  } finally {
    watch.stop();
    child.kill();
  }
  const { ready, questions, lines, loaded, peak, vectors } = seen;
  if (!ready || !questions || !lines || !loaded || !peak || !vectors)
    throw new Error(lastLines(errors) || 'it ended early');
  return { ready, questions, lines, loaded, peak, vectors };
}

async function readFloats(path: string): Promise<Float32Array> {
  const bytes = await readFile(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ').slice(-300);
}
