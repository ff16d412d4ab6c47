import type { webApi } from '@slack/bolt';
import { KbError } from '../../errors.ts';
import { slackProblem } from './slack-problem.ts';

/** Every scope of the bot token and why it is needed; the same as in slack/manifest.yaml. */
export const REQUIRED_SCOPES = {
  'app_mentions:read': 'to see questions that mention the bot in channels',
  'im:history': 'to see questions in direct messages',
  'chat:write': 'to answer',
  commands: 'for /kb and the message shortcut',
  'reactions:write': 'to show that a slow search is going on',
  'users:read': 'to write names instead of ids and to know the language of the home page',
} as const;

/** Who the bot is in its workspace. */
export interface SlackIdentity {
  readonly botUser: string;
  readonly botId: string;
  readonly team: string;
  /** The workspace's address with a slash at the end. */
  readonly url: string;
}

/** Checks the bot token and its scopes. Rejects with `platform`: one sentence that says what to fix. */
export async function checkCredentials(client: webApi.WebClient): Promise<SlackIdentity> {
  let me: Awaited<ReturnType<typeof client.auth.test>>;
  try {
    me = await client.auth.test();
  } catch (error) {
    throw platform(slackProblem(error, 'bot'), error);
  }
  const scopes = me.response_metadata?.scopes;
  const missing = Object.entries(REQUIRED_SCOPES).filter(([scope]) => scopes && !scopes.includes(scope));
  if (missing.length > 0) {
    const needs = missing.map(([scope, why]) => `${scope} (${why})`).join(', ');
    throw platform(
      `SLACK_BOT_TOKEN lacks ${needs}; add it under "OAuth & Permissions" and install the app again`,
    );
  }
  if (!me.bot_id)
    throw platform('SLACK_BOT_TOKEN is not the token of a bot; use the one that begins with xoxb-');
  return { botUser: me.user_id ?? '', botId: me.bot_id, team: me.team_id ?? '', url: me.url ?? '' };
}

export const platform = (detail: string, cause?: unknown) =>
  new KbError('platform', {
    values: { platform: 'Slack', detail },
    ...(cause === undefined ? {} : { cause }),
  });
