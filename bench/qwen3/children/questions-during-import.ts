import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Precision } from '../../../src/engine/qwen3/load/precision.ts';
import { openQwen3Embedder } from '../../../src/engine/qwen3/qwen3-embedder.ts';
import { KbError } from '../../../src/errors.ts';
import { type Job, STAGE_MARK } from './job.ts';

export interface DuringImport {
  /** Lines that were to be embedded, those that were, and in what time. */
  readonly lines: number;
  readonly embedded: number;
  readonly seconds: number;
  /** Milliseconds of questions without and during the import. */
  readonly lone: readonly number[];
  readonly during: readonly number[];
  /** Milliseconds of the import's batches. */
  readonly batches: readonly number[];
  /** The event loop's longest delay, in milliseconds. */
  readonly stall: number;
}

const SECONDS = 75;
const PAUSE = 2_500;
const LONE = 6;
const RESOLUTION = 5;

/** Questions to the engine while it embeds a thousand lines, for as long as {@link SECONDS} of that. */
const job = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Job;
const batches: number[] = [];
let embedded = 0;
const embedder = await openQwen3Embedder({
  name: 'bench',
  folder: job.checkpoint,
  cacheFolder: job.cacheFolder,
  threads: job.threads,
  task: job.task,
  device: 'cpu',
  precision: job.variant as Precision,
  observer: {
    batch({ kind, texts, seconds }) {
      if (kind !== 'import') return;
      embedded += texts;
      batches.push(seconds * 1000);
    },
    waiting() {},
    refused() {},
  },
});
const ask = async (question: string) => {
  const begin = performance.now();
  await embedder.embedQueries([question]);
  return performance.now() - begin;
};
for (const question of job.warmQuestions) await ask(question);
const lone: number[] = [];
for (const question of job.questions.slice(0, LONE)) lone.push(await ask(question));

const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
delay.enable();
const begin = performance.now();
const stop = new AbortController();
let over = false;
const importing = embedder
  .embedLines(job.lines, { priority: 'import', signal: stop.signal })
  .catch((error: unknown) => {
    if (!(error instanceof KbError && error.code === 'cancelled')) throw error;
  })
  .finally(() => {
    over = true;
  });
const during: number[] = [];
for (const [i, question] of [...job.questions.slice(LONE), ...job.questions].entries()) {
  // A different text each round, since a recent question is answered from memory.
  await sleep(PAUSE + 97 * (i % 5));
  if (over || performance.now() - begin > SECONDS * 1000) break;
  during.push(await ask(i < job.questions.length - LONE ? question : `${question} ${i}`));
}
stop.abort();
await importing;
const seconds = (performance.now() - begin) / 1000;
delay.disable();
// The batch that still runs has ended when a question was answered.
await ask('Is it over?');
const found: DuringImport = {
  lines: job.lines.length,
  embedded,
  seconds,
  lone,
  during,
  batches,
  // What is recorded is the time between two looks.
  stall: delay.max / 1e6 - RESOLUTION,
};
console.log(STAGE_MARK + JSON.stringify(found));
await embedder.close();
