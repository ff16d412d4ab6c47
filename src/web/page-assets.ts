import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KbError } from '../errors.ts';
import type { Language } from '../language.ts';
import { pageMessages } from '../messages/page.ts';
import { fillPage } from './fill-page.ts';

/** A file as the browser gets it. */
export interface Asset {
  readonly body: string;
  readonly type: string;
  readonly etag: string;
}

/** The page in both languages, and what it loads, by path. */
export interface PageAssets {
  readonly page: Readonly<Record<Language, Asset>>;
  readonly files: ReadonlyMap<string, Asset>;
}

export interface LoadPageOptions {
  /** At or under this cosine a match is weak. */
  readonly threshold: number;
  /** Where the files lie. Default: `public/` of the package. */
  readonly folder?: string;
}

/** The same from `src/web` and from `dist/web`. */
const FOLDER = fileURLToPath(new URL('../../public/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads the page's files once. Throws `file` where they are missing. */
export function loadPageAssets({ threshold, folder = FOLDER }: LoadPageOptions): PageAssets {
  try {
    const files = new Map<string, Asset>();
    for (const name of readdirSync(folder)) {
      const type = TYPES[extname(name)];
      if (type !== undefined) files.set(`/assets/${name}`, asset(readFileSync(folder + name, 'utf8'), type));
    }
    const script = `export const messages = ${JSON.stringify(pageMessages)};\n`;
    files.set('/assets/messages.js', asset(script, 'text/javascript; charset=utf-8'));
    const html = readFileSync(`${folder}index.html`, 'utf8');
    const page = (language: Language) =>
      asset(fillPage(html, language, { threshold: String(threshold) }), 'text/html; charset=utf-8');
    return { page: { zh: page('zh'), en: page('en') }, files };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new KbError('file', { values: { path: folder, detail }, cause: error });
  }
}

function asset(body: string, type: string): Asset {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, type, etag };
}
