import type { Readable, Writable } from 'node:stream';
import type { Language } from '../language.ts';
import { colorDepth } from './render/color-depth.ts';
import { createStyle, type Style } from './render/style.ts';

/** A stream to write on that may be a terminal. */
export type Screen = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** A stream to read from that may be a terminal. */
export type Keyboard = Readable & { readonly isTTY?: boolean };

/** The surroundings of a command; the process's own, or those of a test. */
export interface Io {
  readonly stdin: Keyboard;
  readonly stdout: Screen;
  readonly stderr: Screen;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The style for a stream as it is now; a terminal may be resized between two answers. */
export function styleOf(screen: Screen, io: Io, language: Language): Style {
  return createStyle({
    width: screen.isTTY ? screen.columns : undefined,
    depth: colorDepth(screen, io.env),
    language,
  });
}

/** Writes rows of text. */
export function printRows(screen: Screen, rows: readonly string[]): void {
  if (rows.length > 0) screen.write(`${rows.join('\n')}\n`);
}

/** Writes the one JSON document of `--json`, indented on a terminal. */
export function printJson(screen: Screen, document: unknown): void {
  screen.write(`${JSON.stringify(document, null, screen.isTTY ? 2 : undefined)}\n`);
}

/** The language of a terminal whose user has not written anything yet: that of the locale. */
export function localeLanguage(env: Io['env']): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return /^zh/i.test(locale) ? 'zh' : 'en';
}
