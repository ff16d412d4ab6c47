const BOT_TOKEN: Readonly<Record<string, string>> = {
  invalid_auth:
    'SLACK_BOT_TOKEN is not valid; copy the "Bot User OAuth Token" (xoxb-…) from "OAuth & Permissions" again',
  not_authed: 'SLACK_BOT_TOKEN is empty; copy the "Bot User OAuth Token" (xoxb-…) from "OAuth & Permissions"',
  account_inactive:
    'the app was removed from the workspace; install it again and set the new SLACK_BOT_TOKEN',
  token_revoked: 'SLACK_BOT_TOKEN was revoked; install the app again and set the new token',
  token_expired: 'SLACK_BOT_TOKEN has expired; install the app again and set the new token',
};

const APP_TOKEN: Readonly<Record<string, string>> = {
  invalid_auth:
    'SLACK_APP_TOKEN is not valid; create an app-level token (xapp-…) with the scope connections:write under "Basic Information"',
  not_authed: 'SLACK_APP_TOKEN is empty; create an app-level token (xapp-…) under "Basic Information"',
  not_allowed_token_type:
    'SLACK_APP_TOKEN is not an app-level token; it begins with xapp- and is made under "Basic Information"',
  missing_scope: 'SLACK_APP_TOKEN lacks the scope connections:write; create a new app-level token with it',
  token_revoked: 'SLACK_APP_TOKEN was revoked; create a new app-level token under "Basic Information"',
  account_inactive: 'SLACK_APP_TOKEN belongs to an app that was removed; create a new one',
  forbidden_team: 'Slack refuses this workspace; ask its administrator to allow the app',
};

/** What is wrong with the connection to Slack and what to fix, as half a sentence without a secret. */
export function slackProblem(error: unknown, token: 'bot' | 'app'): string {
  const code = errorCode(error);
  const known = code === undefined ? undefined : (token === 'bot' ? BOT_TOKEN : APP_TOKEN)[code];
  if (known !== undefined) return known;
  if (code !== undefined) return `Slack answered ${code}`;
  const reason = error instanceof Error ? error.message : 'unknown reason';
  return `Slack cannot be reached (${reason.replace(/xox[a-z]-\S+|xapp-\S+/gu, '…')})`;
}

/** The `error` of a Web API answer, such as `invalid_auth`. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('data' in error)) return undefined;
  const { data } = error;
  if (typeof data !== 'object' || data === null || !('error' in data)) return undefined;
  return typeof data.error === 'string' ? data.error : undefined;
}
