import stringWidth from 'string-width';
import { formatBytes } from '../../hub/format-bytes.ts';
import { modelMessages } from '../../messages/models.ts';
import { paintBar } from './bar.ts';
import { BAR_CELLS } from './matches.ts';
import { say } from './say.ts';
import type { Style } from './style.ts';
import { timeLeft } from './time-left.ts';

export interface PullState {
  /** Bytes. */
  readonly done: number;
  readonly total: number;
  /** Bytes a second, where they are known. */
  readonly speed: number | undefined;
}

/** `43% of 1.19 GB, 12.3 MB/s, 1 min 2 s left`. */
export function pullText({ done, total, speed }: PullState, style: Style): string {
  const messages = modelMessages[style.language];
  const percent = `${total === 0 ? 100 : Math.floor((done / total) * 100)}%`;
  const values = { percent, total: formatBytes(total) };
  if (speed === undefined) return say(messages.progressStart, values);
  const left = timeLeft((total - done) / speed, style);
  return say(messages.progress, { ...values, speed: formatBytes(speed), left });
}

/** {@link pullText} behind a bar; without the bar where the screen is too narrow for both. */
export function pullRow(state: PullState, style: Style): string {
  const text = pullText(state, style);
  // The last column stays free: a terminal may break the row there.
  if (BAR_CELLS + 2 + stringWidth(text) >= style.width) return text;
  const share = state.total === 0 ? 1 : state.done / state.total;
  return `${paintBar(share, BAR_CELLS, false, style)}  ${text}`;
}
