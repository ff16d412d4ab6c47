import { styleText } from 'node:util';
import type { Language } from '../../language.ts';

type Format = Parameters<typeof styleText>[0];

/** What a piece of text is; how it looks is decided in one place. */
export type Role = 'heading' | 'strong' | 'weak' | 'track' | 'warning' | 'error' | 'faint' | 'id' | 'link';

const FORMATS: Readonly<Record<Role, Format>> = {
  heading: 'bold',
  strong: 'green',
  weak: 'gray',
  track: 'gray',
  warning: 'yellow',
  error: 'red',
  faint: 'gray',
  id: 'cyan',
  link: ['cyan', 'underline'],
};

/** How to write for one reader: the width of their screen, their colours, their language. */
export interface Style {
  /** Columns of the screen; infinite where there is no screen, so that nothing is wrapped. */
  readonly width: number;
  readonly language: Language;
  paint(role: Role, text: string): string;
}

export interface StyleOptions {
  readonly width?: number | undefined;
  /** Bits of colour as {@link colorDepth} gives them; 1 (the default) is none. */
  readonly depth?: number;
  readonly language?: Language;
}

/** A style; by default without colour and without a width. */
export function createStyle(options: StyleOptions = {}): Style {
  const colored = (options.depth ?? 1) > 1;
  return {
    width: options.width ?? Number.POSITIVE_INFINITY,
    language: options.language ?? 'en',
    paint: (role, text) =>
      colored && text !== '' ? styleText(FORMATS[role], text, { validateStream: false }) : text,
  };
}
