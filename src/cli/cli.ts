import type { Language } from '../language.ts';
import { terminalMessages } from '../messages/terminal.ts';
import type { Author } from '../store/knowledge-base.ts';
import type { App, OpenAppOptions } from './compose.ts';
import { type Io, styleOf } from './io.ts';
import type { Style } from './render/style.ts';

/** Who acts on the terminal, as the history names them. */
export const OPERATOR: Author = { id: 'operator', source: 'terminal' };

/** One run of the `kb` command: its surroundings and how it speaks. */
export interface Cli {
  readonly io: Io;
  /** The language of everything that is not an answer to somebody's words. */
  readonly language: Language;
  readonly messages: Readonly<Record<keyof typeof terminalMessages.en, string>>;
  readonly version: string;
  /** The style of the standard output and of the standard error, as they are now. */
  readonly outStyle: () => Style;
  readonly errStyle: () => Style;
  /** Opens what is below the surfaces; read from disk only by the commands that need it. */
  readonly open: OpenApp;
  /** What the process ends with; set by the command that ran. */
  exitCode: number;
}

export interface CreateCliOptions {
  readonly io: Io;
  readonly language: Language;
  readonly version: string;
  /** Default: `openApp` of compose.ts. */
  readonly open?: OpenApp | undefined;
}

export type OpenApp = (options: OpenAppOptions) => Promise<App>;

export function createCli({ io, language, version, open }: CreateCliOptions): Cli {
  return {
    io,
    language,
    version,
    open: open ?? (async (options) => (await import('./compose.ts')).openApp(options)),
    messages: terminalMessages[language],
    outStyle: () => styleOf(io.stdout, io, language),
    errStyle: () => styleOf(io.stderr, io, language),
    exitCode: 0,
  };
}
