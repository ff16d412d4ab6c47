import { type Logger, pino } from 'pino';
import type { Config, SettingName } from './config/schema.ts';
import { settings } from './config/schema.ts';

/** Where log lines go; `process.stderr` is one. */
export interface LogSink {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface CreateLoggerOptions {
  readonly level: Config['KB_LOG'];
  /** Default: the process's stderr. A terminal gets one readable line an entry, anything else JSON lines. */
  readonly sink?: LogSink;
  /** Values that never appear, wherever they stand in an entry. */
  readonly secrets?: readonly string[];
}

const REDACTED = '[secret]';
const SECRET_KEYS = ['authorization', 'cookie', 'token', 'secret', 'apiKey', 'api_key', 'password', 'key'];

/**
 * The program's log. Secrets are kept out twice: fields with a secret's name are replaced, and the values of the
 * settings in `secrets` are blotted out of every finished line, error stacks included.
 */
export function createLogger(options: CreateLoggerOptions): Logger {
  const sink = options.sink ?? process.stderr;
  const secrets = blots(options.secrets ?? []);
  const write = (line: string) => {
    const safe = secrets.reduce((text, secret) => text.replaceAll(secret, REDACTED), line);
    sink.write(sink.isTTY ? readableEntry(safe) : safe);
  };
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: REDACTED },
    },
    { write },
  );
}

/** The values of the secret settings, for {@link CreateLoggerOptions.secrets}. */
export function secretsOf(config: Config): string[] {
  return Object.entries(settings).flatMap(([name, setting]) => {
    const value = config[name as SettingName];
    return 'secret' in setting && typeof value === 'string' ? [value] : [];
  });
}

/** Secrets as they may stand in a JSON line; the longest first, so that none is left half. */
function blots(secrets: readonly string[]): string[] {
  const written = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  return [...new Set(written)].filter((text) => text !== '').sort((a, b) => b.length - a.length);
}

/** `21:04:05 warn  The sentence  field=value`, with an error's message and its stack's first place below. */
function readableEntry(line: string): string {
  const { level, time, msg, err, ...fields }: Record<string, unknown> = JSON.parse(line);
  const clock = String(time).slice(11, 19);
  const details = Object.entries(fields).map(([name, value]) => `${name}=${oneLine(value)}`);
  const head = [clock, String(level).padEnd(5), oneLine(msg ?? ''), ...details].join(' ');
  return `${head}${errorLines(err)}\n`;
}

function errorLines(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const stack = 'stack' in error ? String(error.stack) : 'message' in error ? String(error.message) : '';
  return stack
    .split('\n')
    .slice(0, 4)
    .map((text) => `\n    ${oneLine(text.trim())}`)
    .join('');
}

/** A value on one line, without characters that a terminal would act on. */
function oneLine(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return String(text)
    .replace(/\s+/gu, ' ')
    .replace(/\p{Cc}/gu, '');
}
