import { barFraction } from './answer.ts';

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/**
 * A score as a bar of block characters: the filled part is the score, clamped to [0, 1], exact to an eighth of a
 * cell. Always `cells` characters long.
 */
export function textBar(score: number, cells = 20): string {
  const eighths = Math.round(barFraction(score) * cells * 8);
  const full = Math.floor(eighths / 8);
  const filled = '█'.repeat(full) + (EIGHTHS[eighths % 8] ?? '');
  return filled.padEnd(cells, '░');
}
