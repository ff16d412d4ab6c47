import { z } from 'zod';
import { KbError } from '../../errors.ts';
import { feishuOperatorMessages as messages } from '../../messages/feishu.ts';
import { fillMessage } from '../../messages/fill-message.ts';
import type { BotLogger } from '../core/bot-logger.ts';
import { toApiError } from './api-error.ts';
import type { FeishuApi } from './feishu-api.ts';
import type { FeishuConfig } from './feishu-config.ts';

/** The SDK's long connection takes no other form, and says so only in its log. */
const APP_ID = /^cli_[0-9a-fA-F]{16}$/;
/** Codes of the token and connection endpoints for an unknown app or a wrong secret. */
const WRONG_CREDENTIALS = [10003, 10012, 10013, 10014, 10015, 514, 99991543];
/** Codes for an app without the bot capability. */
const NO_BOT = [11205, 230006];
const ENABLED = 2;
const GRANTED = 1;

const SEND = ['im:message', 'im:message:send_as_bot'];
const DIRECT = ['im:message.p2p_msg', 'im:message.p2p_msg:readonly'];
const GROUP = ['im:message.group_at_msg', 'im:message.group_at_msg:readonly', 'im:message.group_msg'];

const botInfo = z.looseObject({
  bot: z.looseObject({ open_id: z.string().min(1), activate_status: z.number().optional() }),
});
const scopeList = z.looseObject({
  data: z.looseObject({
    scopes: z.array(z.looseObject({ scope_name: z.string(), grant_status: z.number() })),
  }),
});

/** An error of the platform's, for the operator: one sentence that says what to fix. */
export function feishuProblem(
  key: keyof typeof messages,
  values: Readonly<Record<string, string | number>> = {},
  cause?: unknown,
): KbError {
  const detail = fillMessage(messages[key], values);
  return new KbError('platform', { values: { platform: 'Feishu', detail }, cause });
}

/**
 * Looks whether the app can do its work: right credentials, bot enabled, permissions granted.
 * Resolves to the bot's open_id; rejects with `platform`. A missing permission to receive is only a warning, since
 * a bot may be meant for groups or for direct chats alone.
 */
export async function checkAtStart(api: FeishuApi, config: FeishuConfig, logger: BotLogger): Promise<string> {
  if (!APP_ID.test(config.appId)) throw feishuProblem('badAppId');
  const openId = await checkBot(api, config);
  await checkPermissions(api, logger);
  return openId;
}

async function checkBot(api: FeishuApi, config: FeishuConfig): Promise<string> {
  const given = await api.get('/open-apis/bot/v3/info').catch((thrown: unknown) => {
    const error = toApiError(thrown);
    const { code, message: detail } = error;
    if (WRONG_CREDENTIALS.includes(code)) throw feishuProblem('wrongSecret', { code }, error);
    if (NO_BOT.includes(code)) throw feishuProblem('noBot', { code }, error);
    if (error.unreachable) throw feishuProblem('unreachable', { host: hostOf(config), detail }, error);
    throw feishuProblem('refused', { detail }, error);
  });
  const info = botInfo.safeParse(given).data;
  if (!info) throw feishuProblem('noBot', { code: 0 });
  if ((info.bot.activate_status ?? ENABLED) !== ENABLED) throw feishuProblem('notEnabled');
  return info.bot.open_id;
}

async function checkPermissions(api: FeishuApi, logger: BotLogger): Promise<void> {
  const given = await api.get('/open-apis/application/v6/scopes').catch((thrown: unknown) => {
    logger.warn({ code: toApiError(thrown).code }, 'The permissions of the Feishu app could not be read');
    return undefined;
  });
  const scopes = scopeList.safeParse(given).data?.data.scopes;
  if (!scopes) return;
  const granted = new Set(
    scopes.filter(({ grant_status }) => grant_status === GRANTED).map(({ scope_name }) => scope_name),
  );
  const has = (names: readonly string[]) => names.some((name) => granted.has(name));
  if (!has(SEND)) throw feishuProblem('noSend');
  if (!has(DIRECT)) logger.warn({}, messages.noDirect);
  if (!has(GROUP)) logger.warn({}, messages.noGroup);
}

const HOSTS: Readonly<Record<string, string>> = { feishu: 'open.feishu.cn', lark: 'open.larksuite.com' };
const hostOf = ({ domain }: FeishuConfig) => HOSTS[domain] ?? domain;
