import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../src/config/load-config.ts';
import { createEmbedder } from '../src/engine/create-embedder.ts';
import type { Embedder } from '../src/engine/embedder.ts';
import { openStore } from '../src/store/lance/open-store.ts';
import { makeLines } from './make-lines.ts';
import { median, printTable, timed } from './measure.ts';

/**
 * `npm run bench`: the builtin model, the store and the start, on this machine, as tables.
 * Sizes of the knowledge base may be given as arguments; default 100, 10,000 and 100,000 lines.
 */
async function main(): Promise<void> {
  const sizes = process.argv.slice(2).map(Number);
  const [cpu] = cpus();
  console.log(
    `${cpu?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}\n`,
  );

  await benchStart();
  const embedder = await createEmbedder(loadConfig({ env: {}, envFile: '/nonexistent' }));
  try {
    await benchEmbedder(embedder);
    for (const size of sizes.length > 0 ? sizes : [100, 10_000, 100_000])
      await benchKnowledgeBase(embedder, size);
    await benchSingleAdds(embedder, 2_000);
  } finally {
    await embedder.close();
  }
}

/** From the command to the first `200` of /readyz, with an empty data folder and then with a filled one. */
async function benchStart(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'kb-bench-'));
  const rows = [];
  for (const round of ['first', 'second']) {
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const begin = performance.now();
    const child = spawn(process.execPath, ['bin/kb.js', 'serve'], {
      env: { ...process.env, KB_DATA: data, KB_PORT: String(port), KB_LOG: 'error' },
      stdio: 'ignore',
    });
    const ready = async () =>
      (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok === true;
    while (!(await ready())) await new Promise((resolve) => setTimeout(resolve, 10));
    const ms = performance.now() - begin;
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const resident = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    rows.push({
      start: round,
      'ready after': `${(ms / 1000).toFixed(2)} s`,
      resident: `${resident.toFixed(0)} MiB`,
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(data, { recursive: true });
  printTable('Start on the sample knowledge', rows);
}

/** Milliseconds to open the builtin model in the compiled program, in a process of its own. */
function loadBuiltin(): number {
  const script = `import('./dist/engine/builtin/builtin-embedder.js').then(async ({ openBuiltinEmbedder }) => {
    const begin = performance.now();
    const embedder = await openBuiltinEmbedder();
    console.log(performance.now() - begin);
    await embedder.close();
  })`;
  return Number(execFileSync(process.execPath, ['--eval', script], { encoding: 'utf8' }));
}

async function benchEmbedder(embedder: Embedder): Promise<void> {
  const lines = makeLines(5_000);
  const questions = lines.slice(0, 300).map((line) => line.slice(0, 24));
  await embedder.embedQueries(questions.slice(0, 20));
  const single: number[] = [];
  for (const question of questions) single.push((await timed(() => embedder.embedQueries([question]))).ms);
  const batch = await timed(() => embedMany(embedder, lines));
  printTable(`Embedding with ${embedder.model}, ${embedder.dimensions} dimensions`, [
    {
      'load, median of 7': `${median(Array.from({ length: 7 }, loadBuiltin)).toFixed(0)} ms`,
      'one question, median': `${median(single).toFixed(2)} ms`,
      'lines a second': Math.round(lines.length / (batch.ms / 1000)).toLocaleString('en'),
    },
  ]);
}

async function embedMany(embedder: Embedder, lines: readonly string[]): Promise<void> {
  const step = Math.min(1_000, embedder.limits.maxTexts);
  for (let i = 0; i < lines.length; i += step) {
    await embedder.embedLines(lines.slice(i, i + step), { priority: 'import' });
  }
}

async function benchKnowledgeBase(embedder: Embedder, size: number): Promise<void> {
  const location = mkdtempSync(join(tmpdir(), 'kb-bench-'));
  const store = await openStore({ location, source: embedder });
  try {
    const lines = makeLines(size);
    const adding = await timed(() => store.lines.add(lines, { id: 'bench', source: 'bench' }));
    const times: number[] = [];
    for (const question of makeLines(60).map((line) => line.slice(0, 24))) {
      const asked = await timed(async () => {
        const { vectors } = await embedder.embedQueries([question]);
        const [vector] = vectors;
        if (vector) await store.lines.search(vector, 5);
      });
      times.push(asked.ms);
    }
    printTable(`${size.toLocaleString('en')} lines`, [
      {
        'import, lines a second': Math.round(size / (adding.ms / 1000)).toLocaleString('en'),
        'question to answer, median': `${median(times).toFixed(1)} ms`,
        slowest: `${Math.max(...times).toFixed(1)} ms`,
      },
    ]);
  } finally {
    await store.close();
    rmSync(location, { recursive: true });
  }
}

/** Lines that came one by one must be found as quickly as lines that came at once. */
async function benchSingleAdds(embedder: Embedder, count: number): Promise<void> {
  const lines = makeLines(count);
  const searches: number[] = [];
  for (const oneByOne of [false, true]) {
    const location = mkdtempSync(join(tmpdir(), 'kb-bench-'));
    const store = await openStore({ location, source: embedder });
    const by = { id: 'bench', source: 'bench' };
    if (oneByOne) for (const line of lines) await store.lines.add([line], by);
    else await store.lines.add(lines, by);
    const [vector] = (await embedder.embedQueries(['bench'])).vectors;
    const times: number[] = [];
    for (let i = 0; i < 40 && vector; i++) times.push((await timed(() => store.lines.search(vector, 5))).ms);
    searches.push(median(times));
    await store.close();
    rmSync(location, { recursive: true });
  }
  const [atOnce = 0, single = 0] = searches;
  printTable(`Search after ${count.toLocaleString('en')} lines`, [
    {
      'added at once': `${atOnce.toFixed(1)} ms`,
      'added one by one': `${single.toFixed(1)} ms`,
      ratio: (single / atOnce).toFixed(2),
    },
  ]);
}

await main();
