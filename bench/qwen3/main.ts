import { createReadStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCheckpoint } from '../../src/engine/qwen3/checkpoint/open-checkpoint.ts';
import { isEightBitFile, writeEightBitFile } from '../../src/engine/qwen3/eight-bit/eight-bit-file.ts';
import { eightBitLayout } from '../../src/engine/qwen3/eight-bit/layout.ts';
import { eightBitPath } from '../../src/engine/qwen3/load/load-runner.ts';
import { DEFAULT_QUERY_TASK, queryInstruction } from '../../src/engine/qwen3/query-instruction.ts';
import { timed } from '../measure.ts';
import { benchCheckpoint, shapes } from './checkpoint.ts';
import type { Job } from './children/job.ts';
import { type Contender, contenders } from './contenders.ts';
import { benchDuringImport } from './during-import.ts';
import { type Outcome, overRounds } from './outcome.ts';
import { preparePeers } from './peers.ts';
import { printComparison } from './report.ts';
import { runContender } from './run-contender.ts';
import { benchTexts } from './texts.ts';

/**
 * `npm run bench:qwen3`: this engine beside sentence-transformers, transformers.js and node-llama-cpp, the same random
 * weights and the same texts, each in a process of its own. Linux; needs Python 3 and the package registries once.
 *
 * `--cache FOLDER` for checkpoint, exports and peers (about 10 GB; default below the temporary folder), `--threads N`
 * (default 2), `--rounds N` of all rows one after the other (default 1; their medians are printed), `--only TEXT` for
 * the rows whose name holds it, `--shape tiny` to try the bench itself.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      cache: { type: 'string', default: join(tmpdir(), 'meaning-radar-bench-qwen3') },
      threads: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      shape: { type: 'string', default: '0.6B' },
    },
  });
  const { cache, only } = values;
  const threads = Number(values.threads);
  const shape = values.shape === 'tiny' ? 'tiny' : '0.6B';
  await mkdir(cache, { recursive: true });
  console.error(`Preparing in ${cache}; the first run takes minutes.`);
  const checkpoint = await benchCheckpoint(cache, shape);
  const cacheFolder = join(cache, 'int8');
  const eightBit = await prepareEightBit(checkpoint.folder, cacheFolder);
  const peers = await preparePeers(cache, checkpoint);
  const { manyLines, tokens, ...texts } = await benchTexts(checkpoint.folder);
  const job: Job = {
    ...texts,
    checkpoint: checkpoint.folder,
    onnx: pathOf(peers.onnx),
    gguf: pathOf(peers.gguf),
    peers: pathOf(peers.packages),
    cacheFolder,
    threads,
    variant: 'int8',
    task: DEFAULT_QUERY_TASK,
    instruction: queryInstruction(DEFAULT_QUERY_TASK),
    vectors: join(cache, 'vectors.f32'),
  };

  const [cpu] = cpus();
  console.log(
    `${cpu?.model ?? 'unknown processor'}, ${cpus().length} cores, ${threads} threads, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; ` +
      `shape ${shape} (${shapes[shape].layers} layers), random weights; ${texts.questions.length} questions of ${tokens.question.toFixed(1)} tokens ` +
      `and an instruction of 19, ${texts.lines.length} lines of ${tokens.line.toFixed(1)} tokens\n`,
  );
  const rows = contenders(peers, checkpoint.folder, eightBit).filter(({ name }) => name.includes(only));
  const rounds: Outcome[][] = [];
  while (rounds.length < Number(values.rounds)) {
    const round: Outcome[] = [];
    for (const contender of rows) round.push(await measure(contender, job));
    rounds.push(round);
  }
  const outcomes = rows.map((_, i) => overRounds(rounds.flatMap((round) => round[i] ?? [])));
  printComparison(outcomes, texts.questions.length, texts.lines.length);
  const during = await benchDuringImport({ ...job, lines: manyLines });
  const results = outcomes.map(({ contender: { name }, ...outcome }) => ({ name, ...outcome }));
  const plain = (key: string, value: unknown) => (key === 'vectors' ? undefined : value);
  await writeFile(join(cache, 'results.json'), JSON.stringify({ results, during }, plain, 2));
}

/** Our 8-bit weights, which a first start makes; not what the bench measures. */
async function prepareEightBit(folder: string, cacheFolder: string): Promise<string> {
  const checkpoint = await openCheckpoint(folder);
  const path = eightBitPath(cacheFolder, checkpoint);
  const layout = eightBitLayout(checkpoint.config);
  if (await isEightBitFile(path, checkpoint, layout)) return path;
  const { ms } = await timed(() => writeEightBitFile(path, checkpoint, layout));
  console.log(
    `The 8-bit weights were made in ${(ms / 1000).toFixed(1)} s; this happens once a checkpoint.\n`,
  );
  return path;
}

async function measure(contender: Contender, job: Job): Promise<Outcome> {
  if (contender.absent !== undefined) return { contender, absent: contender.absent };
  console.error(`  ${contender.name}`);
  try {
    for (const path of contender.reads) await readThrough(path);
    const offline = { HF_HUB_OFFLINE: '1' };
    const told = { ...job, variant: contender.variant };
    return { contender, measured: await runContender(contender.command, told, offline) };
  } catch (error) {
    return { contender, absent: error instanceof Error ? error.message : String(error) };
  }
}

/** Brings a file into the page cache. */
async function readThrough(path: string): Promise<void> {
  for await (const _ of createReadStream(path, { highWaterMark: 1 << 22 }));
}

function pathOf(found: { readonly path: string } | { readonly absent: string }): string {
  return 'path' in found ? found.path : '';
}

await main();
