import type { ErrorCode, KbError } from '../errors.ts';

/** Done. */
export const EXIT_OK = 0;
/** Tried and failed. */
export const EXIT_FAILED = 1;
/** Not tried: the command line or a setting is wrong. */
export const EXIT_USAGE = 2;

const USAGE: readonly ErrorCode[] = [
  'invalid_config',
  'unknown_config',
  'missing_config',
  'insecure_config',
  'invalid_request',
  'empty_query',
  'empty_line',
  'text_too_long',
];

/** Codes of a refused credential or a model that is not there, besides those of a network that is down. */
const MAYBE_USAGE: readonly ErrorCode[] = ['platform', 'model'];
const SETTING_NAME = /\b(KB|SLACK|FEISHU)_[A-Z]/;

/** The exit code that tells a script whose move it is. An error that names the setting to change is about it. */
export function exitCodeOf(error: KbError): number {
  const aboutSetting = MAYBE_USAGE.includes(error.code) && SETTING_NAME.test(error.message);
  return USAGE.includes(error.code) || aboutSetting ? EXIT_USAGE : EXIT_FAILED;
}
