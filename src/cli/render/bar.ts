import { textBar } from '../../bots/core/text-bar.ts';
import type { Style } from './style.ts';

/** The two parts of a bar; together they are always as many characters as the bar has cells. */
export interface Bar {
  /** As long as the score, clamped to [0, 1], exact to an eighth of a cell: 0.8 of 20 cells is 16 full blocks. */
  readonly filled: string;
  /** The rest of the cells. */
  readonly track: string;
}

/** A score as a bar of block characters. */
export function scoreBar(score: number, cells: number): Bar {
  const filled = textBar(score, cells).replace(/░+$/u, '');
  return { filled, track: '·'.repeat(cells - filled.length) };
}

/** A score's bar in its colours: green where the match is good, grey where it is weak. */
export function paintBar(score: number, cells: number, weak: boolean, style: Style): string {
  const { filled, track } = scoreBar(score, cells);
  return style.paint(weak ? 'weak' : 'strong', filled) + style.paint('track', track);
}
