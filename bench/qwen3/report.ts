import { median, printTable } from '../measure.ts';
import { REFERENCE } from './contenders.ts';
import type { Outcome } from './outcome.ts';
import type { ProcessMemory } from './process-memory.ts';
import type { Measured } from './run-contender.ts';

/** The comparison as a table, with the aims below it. */
export function printComparison(outcomes: readonly Outcome[], questions: number, lines: number): void {
  const rows = questions + lines;
  const reference = outcomes.find(({ contender }) => contender.name === REFERENCE);
  const vectors = reference && 'measured' in reference ? reference.measured.vectors : undefined;
  printTable(
    'Embedding with random weights',
    outcomes.map((outcome) => {
      const { name } = outcome.contender;
      if ('absent' in outcome) return { ...EMPTY, contender: name, ready: `absent: ${outcome.absent}` };
      const { measured } = outcome;
      const question = median(measured.questions);
      return {
        ...EMPTY,
        contender: name,
        ready: `${(measured.ready / 1000).toFixed(1)} s`,
        'a question': `${question.toFixed(1)} ms`,
        'questions/s': (1000 / question).toFixed(1),
        'lines/s': rate(measured, lines).toFixed(1),
        'memory, loaded': mib(measured.loaded),
        'memory, peak': mib(measured.peak),
        'least cosine': vectors ? leastCosine(measured.vectors, vectors, rows).toFixed(5) : '',
      };
    }),
  );
  if (vectors) printAims(outcomes, vectors, rows, lines);
}

/** The columns: a table has those of its first row. */
const EMPTY = {
  contender: '',
  ready: '',
  'a question': '',
  'questions/s': '',
  'lines/s': '',
  'memory, loaded': '',
  'memory, peak': '',
  'least cosine': '',
};

/** A peer whose vectors are farther off than this is a model of its own. */
const CLOSE = 0.99;

function printAims(outcomes: readonly Outcome[], vectors: Float32Array, rows: number, lines: number): void {
  const all = outcomes.flatMap((outcome) => ('measured' in outcome ? [outcome] : []));
  const peers = all.filter(({ contender }) => !contender.ours).map(({ measured }) => measured);
  const close = peers.filter((peer) => leastCosine(peer.vectors, vectors, rows) >= CLOSE);
  const ours = all.find(({ contender }) => contender.name === 'ours int8')?.measured;
  const torch = all.find(({ contender }) => contender.name === REFERENCE)?.measured;
  if (!ours || !torch) return;
  const question = (of: readonly Measured[]) =>
    (median(ours.questions) / Math.min(...of.map(({ questions }) => median(questions)))).toFixed(2);
  const embedding = (of: readonly Measured[]) =>
    (rate(ours, lines) / Math.max(...of.map((peer) => rate(peer, lines)))).toFixed(2);
  printTable('Ours (int8) against the aims', [
    {
      what: "a question, in the fastest peer's time",
      aim: '0.33',
      reached: question(peers),
      [`of peers with cosine >= ${CLOSE}`]: question(close),
    },
    {
      what: "lines/s, in the fastest peer's",
      aim: '2',
      reached: embedding(peers),
      [`of peers with cosine >= ${CLOSE}`]: embedding(close),
    },
    {
      what: "peak memory, in sentence-transformers'",
      aim: '0.25',
      reached: (ours.peak.resident / torch.peak.resident).toFixed(2),
    },
  ]);
}

function mib({ resident, anonymous }: ProcessMemory): string {
  return `${resident.toFixed(0)} (${anonymous.toFixed(0)}) MiB`;
}

function rate(measured: Measured, lines: number): number {
  return lines / (measured.lines / 1000);
}

/** Over unit vectors, row by row. */
function leastCosine(vectors: Float32Array, others: Float32Array, rows: number): number {
  const width = others.length / rows;
  if (vectors.length !== others.length) return Number.NaN;
  let least = 1;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = row * width; i < (row + 1) * width; i++) sum += (vectors[i] ?? 0) * (others[i] ?? 0);
    least = Math.min(least, sum);
  }
  return least;
}
