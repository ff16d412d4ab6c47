import { z } from 'zod';
import { slackLimits } from './limits.ts';

const language = z.enum(['en', 'zh']);
const id = z.string().min(1).max(64);
/** A line that waits for a decision: itself, or where it is held because it is too long for a button. */
const line = z.union([z.object({ text: z.string().min(1) }), z.object({ held: id })]);

/** What each button carries. Buttons come back from outside, so every value is checked against these. */
export const actionValues = {
  feedback_helped: z.object({ l: language, q: id }),
  feedback_not_helped: z.object({ l: language, q: id }),
  share: z.object({ l: language, q: id }),
  show_line: z.object({ l: language, id }),
  add_anyway: z.object({ l: language, line, only: z.boolean(), gap: id.optional() }),
  keep_old: z.object({ l: language, only: z.boolean() }),
  replace_old: z.object({ l: language, id, line, only: z.boolean(), gap: id.optional() }),
  open_add: z.object({ l: language }),
  answer_gap: z.object({ l: language, gap: id, question: z.string().max(600) }),
  list_page: z.object({ l: language, page: z.number().int().min(1).max(1_000_000) }),
} as const;

export type ActionName = keyof typeof actionValues;
export type ActionValue<Name extends ActionName> = z.output<(typeof actionValues)[Name]>;

/** Action ids are the name, with a number after it where a message has several. */
export const actionName = (actionId: string): ActionName | undefined => {
  const name = actionId.replace(/:\d+$/u, '');
  return name in actionValues ? (name as ActionName) : undefined;
};

/** Buttons that open a dialog must be served within three seconds; they are not kept for later. */
export const OPENS_DIALOG: readonly ActionName[] = ['open_add', 'answer_gap', 'show_line'];

/** A button's value. Throws where it does not fit, which is a mistake of this program. */
export function encodeValue<Name extends ActionName>(name: Name, value: ActionValue<Name>): string {
  const text = JSON.stringify(actionValues[name].parse(value));
  if (text.length > slackLimits.buttonValue) throw new RangeError(`The value of ${name} is too long`);
  return text;
}

/** The value of a pressed button; undefined where it is not one of ours. */
export function decodeValue<Name extends ActionName>(
  name: Name,
  text: string,
): ActionValue<Name> | undefined {
  const parsed = actionValues[name].safeParse(parseJson(text));
  return parsed.success ? (parsed.data as ActionValue<Name>) : undefined;
}

/** What the add dialog remembers while it is open. */
export const dialogMetadata = z.object({
  l: language,
  channel: z.string().max(64).optional(),
  thread: z.string().max(64).optional(),
  gap: id.optional(),
});
export type DialogMetadata = z.output<typeof dialogMetadata>;

export const decodeMetadata = (text: string): DialogMetadata | undefined =>
  dialogMetadata.safeParse(parseJson(text)).data;

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
