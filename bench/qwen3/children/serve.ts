import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Job, STAGE_MARK, type Stage } from './job.ts';

/** A loaded model of whatever library. */
export interface Contender {
  /** The vector of one question, the instruction put before it. */
  question(text: string): Promise<ArrayLike<number>>;
  /** The vectors of lines as they are, given all at once. */
  lines(texts: readonly string[]): Promise<readonly ArrayLike<number>[]>;
  close(): Promise<void>;
}

/** Measures a contender in this process, which is its own, and says what it found. */
export async function serve(load: (job: Job) => Promise<Contender>): Promise<void> {
  const job = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Job;
  const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const reached = async (stage: Stage) => {
    process.stdout.write(`${STAGE_MARK}${JSON.stringify(stage)}\n`);
    await answers.next();
  };

  const [contender, ms] = await timed(() => load(job));
  await reached({ stage: 'loaded', ms });

  for (const question of job.warmQuestions) await contender.question(question);
  const vectors: ArrayLike<number>[] = [];
  const times: number[] = [];
  for (const question of job.questions) {
    const [vector, ms] = await timed(() => contender.question(question));
    vectors.push(vector);
    times.push(ms);
  }
  await reached({ stage: 'questions', ms: times });

  await contender.lines(job.warmLines);
  const [rows, linesMs] = await timed(() => contender.lines(job.lines));
  vectors.push(...rows);
  await reached({ stage: 'lines', ms: linesMs });

  writeFileSync(job.vectors, Buffer.concat(vectors.map((row) => Buffer.from(Float32Array.from(row).buffer))));
  await reached({ stage: 'done' });
  await contender.close();
  process.exit();
}

async function timed<T>(call: () => Promise<T>): Promise<[result: T, ms: number]> {
  const begin = performance.now();
  return [await call(), performance.now() - begin];
}
