import stringWidth from 'string-width';
import { padEnd, padStart } from './pad.ts';
import type { Style } from './style.ts';

/** A plain table: the first column to the left, the others, figures, to the right; the first row is the head. */
export function renderTable(rows: readonly (readonly string[])[], style: Style): string[] {
  const widths = rows.reduce<number[]>(
    (wide, row) => row.map((cell, column) => Math.max(wide[column] ?? 0, stringWidth(cell))),
    [],
  );
  return rows.map((row, index) => {
    const cells = row.map((cell, column) =>
      column === 0 ? padEnd(cell, widths[column] ?? 0) : padStart(cell, widths[column] ?? 0),
    );
    const text = cells.join('  ').trimEnd();
    return index === 0 ? style.paint('faint', text) : text;
  });
}
