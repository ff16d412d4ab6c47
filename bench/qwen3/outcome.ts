import { median } from '../measure.ts';
import type { Contender } from './contenders.ts';
import type { ProcessMemory } from './process-memory.ts';
import type { Measured } from './run-contender.ts';

/** A row that was measured, or why it was not. */
export type Outcome = { readonly contender: Contender } & (
  | { readonly measured: Measured }
  | { readonly absent: string }
);

/** A row's rounds as one: all its questions, the medians of the rest; a failure where one round failed. */
export function overRounds(rounds: readonly Outcome[]): Outcome {
  const [first] = rounds;
  const failed = rounds.find((round) => 'absent' in round);
  if (!first) throw new Error('There was no round.');
  if (failed || !('measured' in first)) return failed ?? first;
  const measured = rounds.flatMap((round) => ('measured' in round ? [round.measured] : []));
  const middle = (value: (one: Measured) => number) => median(measured.map(value));
  const memory = (of: (one: Measured) => ProcessMemory): ProcessMemory => ({
    resident: middle((one) => of(one).resident),
    anonymous: middle((one) => of(one).anonymous),
  });
  return {
    contender: first.contender,
    measured: {
      ready: middle(({ ready }) => ready),
      questions: measured.flatMap(({ questions }) => questions),
      lines: middle(({ lines }) => lines),
      loaded: memory(({ loaded }) => loaded),
      peak: memory(({ peak }) => peak),
      vectors: first.measured.vectors,
    },
  };
}
