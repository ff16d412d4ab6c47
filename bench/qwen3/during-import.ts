import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { median, printTable } from '../measure.ts';
import { type Job, STAGE_MARK } from './children/job.ts';
import type { DuringImport } from './children/questions-during-import.ts';
import { node } from './contenders.ts';

/** What a question waits while many lines are being embedded, as a table. */
export async function benchDuringImport(job: Job): Promise<DuringImport> {
  const file = `${job.vectors}.job.json`;
  await writeFile(file, JSON.stringify(job));
  const [program, child] = node('questions-during-import');
  const { stdout } = await promisify(execFile)(program, [child, file]);
  const line = stdout.split('\n').find((text) => text.startsWith(STAGE_MARK)) ?? STAGE_MARK;
  const found = JSON.parse(line.slice(STAGE_MARK.length)) as DuringImport;
  const { lines, embedded, seconds, lone, during, batches, stall } = found;
  // A tiny model is done before the first question.
  const shown = (ms: number) => (Number.isFinite(ms) ? `${ms.toFixed(0)} ms` : 'none');
  const longest = (values: readonly number[]) => shown(Math.max(...values));
  const middle = (values: readonly number[]) => shown(median(values));
  printTable(
    `${during.length} questions while ${lines.toLocaleString('en')} lines are embedded (${embedded} of them in the ${seconds.toFixed(0)} s that it was watched)`,
    [
      {
        'a lone question, median': middle(lone),
        'during the import, median': middle(during),
        longest: longest(during),
        'a batch of the import, median': middle(batches),
        'longest batch': longest(batches),
        "event loop's longest stall": `${stall.toFixed(0)} ms`,
      },
    ],
  );
  return found;
}
