import { formatBytes } from '../hub/format-bytes.ts';
import type { PullEvent } from '../hub/pull-event.ts';
import { modelMessages } from '../messages/models.ts';
import { printRows, type Screen } from './io.ts';
import { hang } from './render/hang.ts';
import { pullRow, pullText } from './render/pull-row.ts';
import { say } from './render/say.ts';
import type { Role, Style } from './render/style.ts';
import { createSpeed } from './speed.ts';

const REDRAW_MS = 100;
/** Without a terminal: a line at each tenth, and not more often than so. */
const LINE_MS = 5_000;
const LINES = 10;
const CLEAR_ROW = '\r\u001B[K';

/** Whoever watches a pull. */
export interface PullWatch {
  readonly onEvent: (event: PullEvent) => void;
  /** Takes the bar off the screen. */
  finish(): void;
}

export interface PullWatchOptions {
  readonly screen: Screen;
  readonly style: () => Style;
  /** Milliseconds since any moment. */
  readonly now: () => number;
}

/** Shows a pull: a bar with speed and time left on a terminal, else a line now and then. */
export function watchPull({ screen, style, now }: PullWatchOptions): PullWatch {
  const speed = createSpeed(now);
  let planned = false;
  let drawn = false;
  let shownAt = Number.NEGATIVE_INFINITY;
  let tenth = 0;

  function clear(): void {
    if (drawn) screen.write(CLEAR_ROW);
    drawn = false;
  }

  function print(text: string, role?: Role): void {
    clear();
    printRows(screen, hang('', text, style(), role));
  }

  function showProgress({ done, total }: { done: number; total: number }): void {
    speed.note(done);
    const state = { done, total, speed: speed.perSecond() };
    if (screen.isTTY) {
      if (now() - shownAt < REDRAW_MS) return;
      screen.write(CLEAR_ROW + pullRow(state, style()));
      drawn = true;
    } else {
      const reached = Math.floor((done / Math.max(total, 1)) * LINES);
      if (reached <= tenth || now() - shownAt < LINE_MS) return;
      tenth = reached;
      print(pullText(state, style()));
    }
    shownAt = now();
  }

  function onEvent(event: PullEvent): void {
    const messages = modelMessages[style().language];
    switch (event.kind) {
      case 'planned': {
        planned = true;
        const total = formatBytes(event.total);
        print(say(messages.planned, { ...event, total, revision: event.revision.slice(0, 12) }));
        if (event.done > 0) print(say(messages.goesOn, { done: formatBytes(event.done) }));
        shownAt = now();
        break;
      }
      case 'progress':
        // What comes before the plan are some kilobytes.
        if (planned) showProgress(event);
        break;
      case 'fetched':
        if (!screen.isTTY && planned)
          print(say(messages.fetched, { file: event.file, size: formatBytes(event.size) }));
        break;
      case 'retry': {
        const file = event.file ?? messages.fileList;
        const detail = event.detail[style().language];
        const seconds = Math.ceil(event.waitMs / 1000);
        const template = event.waitMs === 0 ? messages.retryNow : messages.retry;
        print(say(template, { file, detail, seconds }), 'warning');
        break;
      }
    }
  }

  return { onEvent, finish: clear };
}
