import { parseArgs } from 'node:util';
import { loadConfig } from '../src/config/load-config.ts';
import { createEmbedder } from '../src/engine/create-embedder.ts';
import { KbError } from '../src/errors.ts';
import { type EvaluationReport, evaluate, evaluateKeywords } from '../src/evaluation/evaluate.ts';
import { findEvaluationSets, readEvaluationSet } from '../src/evaluation/read-evaluation-set.ts';

/** `npm run quality -- FOLDER [--json]`: the configured model on every evaluation set of a folder, beside BM25. */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const folder = positionals[0];
  if (folder === undefined) {
    console.error('Usage: npm run quality -- FOLDER [--json]');
    process.exitCode = 2;
    return;
  }
  const embedder = await createEmbedder(loadConfig());
  try {
    const results = [];
    for (const [set, files] of await findEvaluationSets(folder)) {
      const data = await readEvaluationSet(files);
      const result = { set, model: await evaluate(embedder, data), keywords: evaluateKeywords(data) };
      results.push(result);
      if (!values.json) console.log(row(result, results.length === 1));
    }
    if (values.json) console.log(JSON.stringify(results, null, 2));
  } finally {
    await embedder.close();
  }
}

function row(
  result: { set: string; model: EvaluationReport; keywords: EvaluationReport },
  first: boolean,
): string {
  const { set, model, keywords } = result;
  const columns = (values: readonly (string | number)[]) =>
    values.map((value) => `${value}`.padStart(9)).join('');
  const figures = ({ top1, top5, mrr10 }: EvaluationReport) =>
    [top1, top5, mrr10].map((value) => value.toFixed(3));
  const head = `${'set'.padEnd(26)}${columns(['lines', 'questions', 'top-1', 'top-5', 'MRR@10', 'BM25 t-1', 'BM25 t-5', 'MRR@10'].map((name) => name.slice(0, 8)))}\n`;
  const line = `${set.padEnd(26)}${columns([model.lines, model.questions, ...figures(model), ...figures(keywords)])}`;
  const confidence = model.confidence;
  if (!confidence) return (first ? head : '') + line;
  const threshold = (name: string, quality: typeof confidence.current) =>
    `${name} ${quality.threshold.toFixed(2)}: keeps ${quality.answerableKept.toFixed(3)}, marks ${quality.unanswerableMarked.toFixed(3)}, balanced ${quality.balancedAccuracy.toFixed(3)}`;
  return `${first ? head : ''}${line}\n  unanswerable ${model.unanswerable}: AUROC ${confidence.auroc.toFixed(3)}; ${threshold('suggested', confidence.suggested)}; ${threshold('current', confidence.current)}`;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof KbError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
