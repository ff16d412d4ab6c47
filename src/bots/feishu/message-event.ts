import { z } from 'zod';
import { mentionsBot, mentionsSchema, messageText } from './message-text.ts';

/** `im.message.receive_v1` as the SDK's dispatcher hands it over, header and event side by side. */
const event = z.looseObject({
  event_id: z.string().min(1),
  sender: z.looseObject({
    sender_id: z.looseObject({ open_id: z.string().min(1) }),
    sender_type: z.string(),
  }),
  message: z.looseObject({
    message_id: z.string().min(1),
    thread_id: z.string().nullish(),
    chat_id: z.string().min(1),
    chat_type: z.string(),
    message_type: z.string(),
    content: z.string(),
    mentions: mentionsSchema,
  }),
});

/** A message that the bot has to answer, as the inbox keeps it. */
export const messageJob = z.object({
  kind: z.literal('message'),
  messageId: z.string(),
  chatId: z.string(),
  inThread: z.boolean(),
  senderId: z.string(),
  /** Absent for a type that cannot be read, such as a picture. */
  text: z.string().optional(),
});
export type MessageJob = z.infer<typeof messageJob>;

/**
 * A message as work, or undefined where none is to be done: from another bot, or in a group without a mention of
 * this one; `unreadable` for what is no message event, which sending it again would not mend.
 */
export function readMessageEvent(
  given: unknown,
  botOpenId: string,
): { eventId: string; job: MessageJob } | 'unreadable' | undefined {
  const parsed = event.safeParse(given);
  if (!parsed.success) return 'unreadable';
  const { event_id, sender, message } = parsed.data;
  if (sender.sender_type !== 'user' || sender.sender_id.open_id === botOpenId) return undefined;
  if (message.chat_type !== 'p2p' && !mentionsBot(message.mentions, botOpenId)) return undefined;
  const text = messageText(message.message_type, message.content, message.mentions, botOpenId);
  return {
    eventId: event_id,
    job: {
      kind: 'message',
      messageId: message.message_id,
      chatId: message.chat_id,
      inThread: Boolean(message.thread_id),
      senderId: sender.sender_id.open_id,
      ...(text === undefined ? {} : { text }),
    },
  };
}
