import { terminalMessages } from '../messages/terminal.ts';
import type { Screen } from './io.ts';
import { paintBar } from './render/bar.ts';
import { BAR_CELLS } from './render/matches.ts';
import { padStart } from './render/pad.ts';
import type { Style } from './render/style.ts';

/** Work that takes longer than this is worth a bar. */
const QUIET_MS = 1_000;
/** Often enough to look alive, rare enough to cost nothing. */
const REDRAW_MS = 100;
const CLEAR_ROW = '\r\u001B[K';

export interface Progress {
  /** Draws the bar where it is time to. */
  update(done: number, total: number): void;
  /** Takes the bar off the screen. */
  finish(): void;
}

export interface ProgressOptions {
  readonly screen: Screen;
  readonly style: Style;
  /** Milliseconds since any moment. */
  readonly now: () => number;
}

/** A progress bar for work of more than a second; nothing at all where the screen is not a terminal. */
export function createProgress({ screen, style, now }: ProgressOptions): Progress {
  if (!screen.isTTY) return { update() {}, finish() {} };
  const begun = now();
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    update(done, total) {
      if (now() - begun < QUIET_MS || now() - drawnAt < REDRAW_MS) return;
      drawnAt = now();
      screen.write(CLEAR_ROW + progressRow(done, total, style));
    },
    finish() {
      if (Number.isFinite(drawnAt)) screen.write(CLEAR_ROW);
    },
  };
}

/** `Importing  ██████··············  300/1,000  30%` */
export function progressRow(done: number, total: number, style: Style): string {
  const share = total === 0 ? 1 : done / total;
  const percent = `${padStart(String(Math.floor(share * 100)), 3)}%`;
  const count = `${done.toLocaleString('en')}/${total.toLocaleString('en')}`;
  const bar = paintBar(share, BAR_CELLS, false, style);
  return `${terminalMessages[style.language].importing}  ${bar} ${percent}  ${style.paint('faint', count)}`;
}
