import { z } from 'zod';

/** A button as a person sees it. */
export interface SeenButton {
  readonly label: string;
  readonly actionId: string;
  readonly value: string;
}

const loose = z.looseObject({ type: z.string().optional() });

/** Every object inside blocks, in reading order. */
function* objects(value: unknown): Generator<z.output<typeof loose>> {
  if (Array.isArray(value)) {
    for (const item of value) yield* objects(item);
  } else if (typeof value === 'object' && value !== null) {
    yield loose.parse(value);
    for (const item of Object.values(value)) yield* objects(item);
  }
}

/** All text of blocks that a person reads, buttons left out. */
export function visibleText(blocks: unknown): string {
  const parts: string[] = [];
  for (const block of Array.isArray(blocks) ? blocks : []) {
    let line = '';
    if (loose.parse(block).type === 'actions') continue;
    for (const object of objects(block)) {
      if (typeof object.text !== 'string') continue;
      line +=
        object.type === 'mrkdwn'
          ? object.text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&')
          : object.text;
    }
    parts.push(line);
  }
  return parts.join('\n');
}

/** The buttons of blocks. */
export function visibleButtons(blocks: unknown): SeenButton[] {
  const seen: SeenButton[] = [];
  for (const object of objects(blocks)) {
    if (object.type !== 'button') continue;
    const { text, action_id: actionId, value } = object;
    seen.push({
      label: String(loose.parse(text).text),
      actionId: String(actionId),
      value: String(value ?? ''),
    });
  }
  return seen;
}

/** Everything in a message that Slack would turn into a mention or a link. */
export function pings(text: string, blocks: unknown): string[] {
  const found = [...(text.match(/<[!@#][^>]*>|<https?:[^>]*>/gu) ?? [])];
  for (const object of objects(blocks)) {
    if (object.type === 'mrkdwn')
      found.push(...(String(object.text).match(/<[!@#][^>]*>|<https?:[^>]*>/gu) ?? []));
    if (['user', 'usergroup', 'broadcast', 'link', 'channel'].includes(object.type ?? ''))
      found.push(object.type ?? '');
  }
  return found;
}
