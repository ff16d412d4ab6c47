import { z } from 'zod';

const id = z.string().min(1);
const envelope = z.looseObject({ type: z.string().optional(), api_app_id: z.string().default('') });
const messageEvent = z.object({
  type: z.enum(['app_mention', 'message']),
  subtype: z.string().optional(),
  user: id.optional(),
  bot_id: z.string().optional(),
  text: z.string().default(''),
  ts: id,
  thread_ts: id.optional(),
  channel: id,
  channel_type: z.string().optional(),
  edited: z.unknown().optional(),
});
const commandBody = z.object({
  command: z.string(),
  text: z.string().default(''),
  trigger_id: id,
  user_id: id,
  channel_id: id,
  response_url: z.url(),
});
const actionBody = z.object({
  user: z.object({ id }),
  channel: z.object({ id }).optional(),
  container: z.object({ message_ts: id.optional(), thread_ts: id.optional() }).optional(),
  trigger_id: id,
  response_url: z.url().optional(),
  actions: z
    .array(z.object({ action_id: id, value: z.string().default(''), action_ts: z.string().default('') }))
    .min(1),
});
const viewBody = z.object({
  user: z.object({ id }),
  view: z.object({
    id,
    callback_id: z.string(),
    private_metadata: z.string().default(''),
    state: z.object({
      values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))),
    }),
  }),
});
const shortcutBody = z.object({
  callback_id: z.string(),
  trigger_id: id,
  user: z.object({ id }),
  channel: z.object({ id }),
  message: z.object({ ts: id, thread_ts: id.optional(), text: z.string().default('') }),
  response_url: z.url().optional(),
});
const homeEvent = z.object({ type: z.literal('app_home_opened'), user: id, tab: z.string().optional() });

interface From {
  /** The same for every delivery. */
  readonly key: string;
  /** What comes from one of these is worked on in order. */
  readonly lane: string;
  readonly user: string;
}
interface InChannel extends From {
  readonly channel: string;
  readonly responseUrl: string | undefined;
}

/** Something Slack sent, checked and told apart. */
export type Incoming =
  | (From & {
      readonly kind: 'message';
      readonly channel: string;
      readonly text: string;
      readonly ts: string;
      readonly thread: string | undefined;
      readonly direct: boolean;
    })
  | (InChannel & { readonly kind: 'command'; readonly text: string; readonly trigger: string })
  | (InChannel & { readonly kind: 'shortcut'; readonly text: string; readonly ts: string })
  | (From & {
      readonly kind: 'action';
      readonly actionId: string;
      readonly value: string;
      readonly trigger: string;
      readonly channel: string | undefined;
      readonly ts: string | undefined;
      readonly thread: string | undefined;
      readonly responseUrl: string | undefined;
    })
  | (From & { readonly kind: 'form'; readonly metadata: string; readonly lines: string })
  | { readonly kind: 'home'; readonly user: string }
  /** Nothing that this bot answers: a bot's message, an edit, a join, an unknown type. */
  | { readonly kind: 'other' };

const OTHER = { kind: 'other' } as const;
/** Messages of people that carry a subtype. */
const SPOKEN: readonly (string | undefined)[] = [undefined, 'file_share', 'thread_broadcast'];

export const ADD_FORM = 'add_lines';
export const LOOK_UP = 'look_up';
export const LINES_INPUT = 'lines';

/** Reads the body of an event, a command or an interaction; `botUser` is the bot's own user id. */
export function readIncoming(body: unknown, botUser: string): Incoming {
  const outer = envelope.safeParse(body);
  if (!outer.success) return OTHER;
  const prefix = `slack:${outer.data.api_app_id}`;
  switch (outer.data.type) {
    case 'event_callback':
      return readEvent(outer.data.event, prefix, botUser);
    case 'block_actions':
      return readAction(body, prefix);
    case 'view_submission':
      return readForm(body, prefix);
    case 'message_action':
      return readShortcut(body, prefix);
    default:
      return readCommand(body, prefix);
  }
}

function readEvent(event: unknown, prefix: string, botUser: string): Incoming {
  const home = homeEvent.safeParse(event).data;
  if (home) return home.tab === 'messages' ? OTHER : { kind: 'home', user: home.user };
  const said = messageEvent.safeParse(event).data;
  if (!said?.user || said.user === botUser || said.bot_id || said.edited) return OTHER;
  if (!SPOKEN.includes(said.subtype)) return OTHER;
  const direct = said.channel_type === 'im';
  if (said.type === 'message' && !direct && !said.text.includes(`<@${botUser}`)) return OTHER;
  return {
    kind: 'message',
    // A mention arrives as `app_mention` and as `message`, with two event ids but one channel and time.
    key: `${prefix}:${said.channel}:${said.ts}`,
    lane: `${said.channel}:${said.thread_ts ?? said.user}`,
    user: said.user,
    channel: said.channel,
    text: said.text,
    ts: said.ts,
    thread: said.thread_ts,
    direct,
  };
}

function readCommand(body: unknown, prefix: string): Incoming {
  const said = commandBody.safeParse(body).data;
  if (!said) return OTHER;
  return {
    kind: 'command',
    key: `${prefix}:command:${said.trigger_id}`,
    lane: `${said.channel_id}:${said.user_id}`,
    user: said.user_id,
    channel: said.channel_id,
    responseUrl: said.response_url,
    text: said.text,
    trigger: said.trigger_id,
  };
}

function readAction(body: unknown, prefix: string): Incoming {
  const pressed = actionBody.safeParse(body).data;
  const action = pressed?.actions[0];
  if (!pressed || !action) return OTHER;
  return {
    kind: 'action',
    key: `${prefix}:action:${pressed.trigger_id}:${action.action_ts}`,
    lane: `${pressed.channel?.id ?? 'home'}:${pressed.user.id}`,
    user: pressed.user.id,
    actionId: action.action_id,
    value: action.value,
    trigger: pressed.trigger_id,
    channel: pressed.channel?.id,
    ts: pressed.container?.message_ts,
    thread: pressed.container?.thread_ts,
    responseUrl: pressed.response_url,
  };
}

function readForm(body: unknown, prefix: string): Incoming {
  const sent = viewBody.safeParse(body).data;
  if (sent?.view.callback_id !== ADD_FORM) return OTHER;
  return {
    kind: 'form',
    key: `${prefix}:form:${sent.view.id}`,
    lane: `form:${sent.user.id}`,
    user: sent.user.id,
    metadata: sent.view.private_metadata,
    lines: sent.view.state.values[LINES_INPUT]?.[LINES_INPUT]?.value ?? '',
  };
}

function readShortcut(body: unknown, prefix: string): Incoming {
  const used = shortcutBody.safeParse(body).data;
  if (used?.callback_id !== LOOK_UP) return OTHER;
  return {
    kind: 'shortcut',
    key: `${prefix}:shortcut:${used.trigger_id}`,
    lane: `${used.channel.id}:${used.user.id}`,
    user: used.user.id,
    channel: used.channel.id,
    responseUrl: used.response_url,
    text: used.message.text,
    ts: used.message.ts,
  };
}
