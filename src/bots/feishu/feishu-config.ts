import { Domain } from '@larksuiteoapi/node-sdk';
import type { Config } from '../../config/schema.ts';
import type { Language } from '../../language.ts';

/** What the operator sets; the `FEISHU_…` settings. */
export interface FeishuConfig {
  readonly appId: string;
  readonly appSecret: string;
  /** `feishu`, `lark`, or the address of a customer's own deployment. */
  readonly domain: string;
  readonly transport: 'websocket' | 'webhook';
  /** Needed by the webhook, which is only accepted encrypted and signed. */
  readonly encryptKey?: string | undefined;
  readonly verificationToken?: string | undefined;
}

/** The `FEISHU_…` settings; undefined where Feishu is not set up. */
export function toFeishuConfig(config: Config): FeishuConfig | undefined {
  const { FEISHU_APP_ID: appId, FEISHU_APP_SECRET: appSecret } = config;
  if (appId === undefined || appSecret === undefined) return undefined;
  return {
    appId,
    appSecret,
    domain: config.FEISHU_DOMAIN,
    transport: config.FEISHU_TRANSPORT,
    encryptKey: config.FEISHU_ENCRYPT_KEY,
    verificationToken: config.FEISHU_VERIFICATION_TOKEN,
  };
}

/** The setting as the SDK takes it. */
export function sdkDomain(domain: string): Domain | string {
  if (domain === 'feishu') return Domain.Feishu;
  return domain === 'lark' ? Domain.Lark : domain.replace(/\/+$/, '');
}

/** The language of a reply to something that shows none, such as a picture: Lark is the international edition. */
export function homeLanguage(domain: string): Language {
  return domain === 'lark' ? 'en' : 'zh';
}

/** A link that opens a chat; undefined for a deployment whose link host is not known. */
export function chatLink(domain: string, chatId: string): string | undefined {
  const host = { feishu: 'applink.feishu.cn', lark: 'applink.larksuite.com' }[domain];
  return host && `https://${host}/client/chat/open?openChatId=${encodeURIComponent(chatId)}`;
}
