import stringWidth from 'string-width';
import { terminalMessages } from '../../messages/terminal.ts';
import { hang } from '../render/hang.ts';
import { padEnd } from '../render/pad.ts';
import { say } from '../render/say.ts';
import type { Style } from '../render/style.ts';

/** A label, what stands beside it, safe to print, and how it is painted. */
export type BannerEntry = readonly [label: string, text: string, role: 'link' | 'faint' | undefined];

export interface Banner {
  readonly version: string;
  /** How long the start took. */
  readonly seconds: number;
  readonly entries: readonly BannerEntry[];
  readonly hints: readonly string[];
}

const INDENT = '  ';

/** Name and version, the entries in two columns, the hints. */
export function bannerRows({ version, seconds, entries, hints }: Banner, style: Style): string[] {
  const ready = say(terminalMessages[style.language].readyIn, { seconds: seconds.toFixed(1) });
  const labelWidth = Math.max(...entries.map(([label]) => stringWidth(label)));
  return [
    '',
    `${INDENT}${style.paint('heading', 'meaning-radar')} ${version}  ${style.paint('faint', ready)}`,
    '',
    ...entries.flatMap(([label, text, role]) =>
      hang(`${INDENT}${style.paint('faint', padEnd(label, labelWidth))}  `, text, style, role),
    ),
    '',
    ...hints.flatMap((hint) => hang(INDENT, hint, style, 'faint')),
    '',
  ];
}
