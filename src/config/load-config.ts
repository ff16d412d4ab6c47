import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { KbError } from '../errors.ts';
import { isLoopback } from './loopback.ts';
import { type Config, type SettingName, settings } from './schema.ts';

/** Names that nobody else uses: one that is not known is a mistake. Others are read only where they are known. */
const OURS = /^(KB|SLACK|FEISHU)_/;
const isRead = (name: string) => OURS.test(name) || Object.hasOwn(settings, name);

export interface LoadConfigOptions {
  /** Default: the process's environment. It wins over the file. */
  env?: Readonly<Record<string, string | undefined>>;
  /** A file of `NAME=value` lines. Default `.env` in the working folder; absent is fine. */
  envFile?: string;
}

/**
 * The settings, from the environment and `.env`, checked once.
 * Throws `invalid_config`, `unknown_config`, `missing_config` or `insecure_config`: one sentence that names the
 * setting, its value (never a secret's) and what is allowed. An empty value counts as not set.
 */
export function loadConfig(options: LoadConfigOptions = {}): Config {
  const raw = readSettings(options);
  for (const name of Object.keys(raw)) {
    if (!(name in settings)) throw unknownSetting(name);
  }
  const config = Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => {
      const value = raw[name];
      const parsed = setting.schema.safeParse(value);
      if (parsed.success) return [name, parsed.data];
      throw new KbError('invalid_config', {
        values: {
          name,
          value: 'secret' in setting ? '(secret)' : JSON.stringify(value),
          allowed: parsed.error.issues[0]?.message ?? 'something else',
        },
      });
    }),
  ) as Config;
  checkTogether(config);
  return config;
}

function readSettings(options: LoadConfigOptions): Record<string, string> {
  const path = options.envFile ?? '.env';
  const file = existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {};
  const all = Object.entries({ ...file, ...(options.env ?? process.env) });
  return Object.fromEntries(
    all.flatMap(([name, value]) =>
      isRead(name) && value !== undefined && value.trim() !== '' ? [[name, value]] : [],
    ),
  );
}

function unknownSetting(name: string): KbError {
  const nearest = Object.keys(settings)
    .map((known) => ({ known, distance: editDistance(name, known) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const suggestion =
    nearest && nearest.distance <= 3 ? `Did you mean ${nearest.known}?` : 'The README lists all settings.';
  return new KbError('unknown_config', { values: { name, suggestion } });
}

/** Rules over more than one setting. */
function checkTogether(config: Config): void {
  const needs = (name: SettingName, hint: string) => {
    if (config[name] === undefined) throw new KbError('missing_config', { values: { name, hint } });
  };
  if (!isLoopback(config.KB_HOST) && config.KB_API_KEY === undefined) {
    throw new KbError('insecure_config', {
      values: { name: 'KB_HOST', value: JSON.stringify(config.KB_HOST) },
    });
  }
  if (config.SLACK_APP_TOKEN !== undefined || config.SLACK_SIGNING_SECRET !== undefined) {
    needs(
      'SLACK_BOT_TOKEN',
      'Slack needs the bot token (xoxb-…) besides the app token or the signing secret.',
    );
  }
  if (config.SLACK_BOT_TOKEN !== undefined && config.SLACK_SIGNING_SECRET === undefined) {
    needs(
      'SLACK_APP_TOKEN',
      'Slack needs an app-level token (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.',
    );
  }
  if (config.FEISHU_APP_ID !== undefined)
    needs('FEISHU_APP_SECRET', 'It stands beside the app id in the developer console.');
  if (config.FEISHU_APP_SECRET !== undefined)
    needs('FEISHU_APP_ID', 'It stands beside the app secret in the developer console.');
  if (config.FEISHU_TRANSPORT === 'webhook')
    needs('FEISHU_ENCRYPT_KEY', 'The webhook is only accepted encrypted and signed.');
}

/** Levenshtein distance, to suggest the setting that was meant. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
