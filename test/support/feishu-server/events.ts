import { randomUUID } from 'node:crypto';

export const APP_ID = 'cli_a1b2c3d4e5f60718';
export const APP_SECRET = 'a-secret-of-the-app';
export const VERIFICATION_TOKEN = 'a-verification-token';
export const ENCRYPT_KEY = 'an-encrypt-key';
export const BOT_OPEN_ID = 'ou_bot';

/** An event as the platform sends it, header and all. */
export interface FeishuEvent {
  readonly schema: '2.0';
  readonly header: Readonly<Record<string, string>> & { readonly event_id: string };
  readonly event: Readonly<Record<string, unknown>>;
}

export interface MessageInput {
  readonly text?: string;
  readonly type?: string;
  /** Instead of `text`: the content object of the type. */
  readonly content?: unknown;
  readonly chatId?: string;
  readonly chatType?: 'p2p' | 'group';
  readonly userId?: string;
  readonly senderType?: string;
  readonly messageId?: string;
  readonly threadId?: string;
  readonly eventId?: string;
  readonly mentions?: readonly { readonly key: string; readonly openId: string; readonly name: string }[];
  readonly createTime?: number;
}

/** How a group message begins that mentions the bot, and the list that goes with it. */
export const botMention = { key: '@_user_1', openId: BOT_OPEN_ID, name: '另一个名字' } as const;

function header(type: string, eventId: string, createTime: number) {
  return {
    event_id: eventId,
    event_type: type,
    create_time: String(createTime),
    token: VERIFICATION_TOKEN,
    app_id: APP_ID,
    tenant_key: 'tenant',
  };
}

export function messageEvent(input: MessageInput): FeishuEvent {
  const createTime = input.createTime ?? Date.now();
  return {
    schema: '2.0',
    header: header('im.message.receive_v1', input.eventId ?? randomUUID(), createTime),
    event: {
      sender: {
        sender_id: { open_id: input.userId ?? 'ou_asker', union_id: 'on_1', user_id: null },
        sender_type: input.senderType ?? 'user',
        tenant_key: 'tenant',
      },
      message: {
        message_id: input.messageId ?? `om_${randomUUID()}`,
        ...(input.threadId ? { thread_id: input.threadId, root_id: 'om_root', parent_id: 'om_root' } : {}),
        create_time: String(createTime),
        chat_id: input.chatId ?? 'oc_direct',
        chat_type: input.chatType ?? 'p2p',
        message_type: input.type ?? 'text',
        content: JSON.stringify(input.content ?? { text: input.text ?? '' }),
        ...(input.mentions
          ? {
              mentions: input.mentions.map(({ key, openId, name }) => ({
                key,
                name,
                id: { open_id: openId, union_id: 'on_2', user_id: null },
                tenant_key: 'tenant',
              })),
            }
          : {}),
      },
    },
  };
}

export interface PressInput {
  readonly value: unknown;
  readonly messageId: string;
  readonly chatId?: string;
  readonly userId?: string;
  readonly eventId?: string;
  readonly form?: Readonly<Record<string, string>>;
}

/** A pressed button. */
export function pressEvent(input: PressInput): FeishuEvent {
  return {
    schema: '2.0',
    header: header('card.action.trigger', input.eventId ?? randomUUID(), Date.now()),
    event: {
      operator: {
        tenant_key: 'tenant',
        user_id: null,
        open_id: input.userId ?? 'ou_asker',
        union_id: 'on_1',
      },
      token: 'c-update-token',
      action: {
        value: input.value,
        tag: 'button',
        ...(input.form ? { form_value: input.form, name: 'submit' } : {}),
      },
      host: 'im_message',
      context: { open_message_id: input.messageId, open_chat_id: input.chatId ?? 'oc_direct' },
    },
  };
}
