import { z } from 'zod';
import { actionValue, FORM_INPUT } from './action-value.ts';

/** `card.action.trigger` as the SDK's dispatcher hands it over. */
const event = z.looseObject({
  event_id: z.string().min(1),
  operator: z.looseObject({ open_id: z.string().min(1) }),
  action: z.looseObject({
    value: z.unknown(),
    form_value: z.looseObject({ [FORM_INPUT]: z.string().max(20_000).nullish() }).nullish(),
  }),
  context: z.looseObject({ open_message_id: z.string().min(1), open_chat_id: z.string().min(1) }),
});

/** A pressed button, as the inbox keeps it. */
export const actionJob = z.object({
  kind: z.literal('action'),
  /** The card's message. */
  messageId: z.string(),
  chatId: z.string(),
  operatorId: z.string(),
  value: actionValue,
  /** What was written into the card's form. */
  input: z.string().optional(),
});
export type ActionJob = z.infer<typeof actionJob>;

/** Reads a press; undefined where it is not of a button of ours, or of an older version's. */
export function readCardEvent(given: unknown): { eventId: string; job: ActionJob } | undefined {
  const parsed = event.safeParse(given);
  if (!parsed.success) return undefined;
  const { event_id, operator, action, context } = parsed.data;
  const value = actionValue.safeParse(fromText(action.value));
  if (!value.success) return undefined;
  const input = action.form_value?.[FORM_INPUT];
  return {
    eventId: event_id,
    job: {
      kind: 'action',
      messageId: context.open_message_id,
      chatId: context.open_chat_id,
      operatorId: operator.open_id,
      value: value.data,
      ...(typeof input === 'string' ? { input } : {}),
    },
  };
}

/** Some clients hand an object back as its JSON text. */
function fromText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
