import { z } from 'zod';
import type { SentMessage } from '../../../support/feishu-server/feishu-server.ts';

const textContent = z.object({ text: z.string() });
const node = z.looseObject({ tag: z.string(), content: z.string().optional() });
const buttonNode = z.looseObject({
  tag: z.literal('button'),
  text: z.object({ content: z.string() }),
  behaviors: z.tuple([z.object({ type: z.literal('callback'), value: z.unknown() })]),
});

/** All that a person reads in a message, in order. */
export function shownText(message: SentMessage): string {
  if (message.type === 'text') return textContent.parse(message.content).text;
  return nodes(message.content)
    .flatMap(({ content }) => (content === undefined ? [] : [content]))
    .join('\n');
}

export interface Button {
  readonly label: string;
  readonly value: unknown;
}

/** The buttons of a card. */
export function buttonsOf(message: SentMessage): Button[] {
  return nodes(message.content).flatMap((each) => {
    const found = buttonNode.safeParse(each);
    return found.success ? [{ label: found.data.text.content, value: found.data.behaviors[0].value }] : [];
  });
}

/** The button with this label; throws where the card has none. */
export function buttonOf(message: SentMessage, label: string): Button {
  const buttons = buttonsOf(message);
  const found = buttons.find((button) => button.label === label);
  if (!found) throw new Error(`no ${label} among ${buttons.map((each) => each.label).join(', ')}`);
  return found;
}

export function headerColor(message: SentMessage): string | undefined {
  return z.looseObject({ header: z.looseObject({ template: z.string() }) }).safeParse(message.content).data
    ?.header.template;
}

/** Every tagged element, in order. */
export function nodes(value: unknown): z.infer<typeof node>[] {
  if (Array.isArray(value)) return value.flatMap(nodes);
  if (typeof value !== 'object' || value === null) return [];
  const own = node.safeParse(value);
  return [...(own.success ? [own.data] : []), ...Object.values(value).flatMap(nodes)];
}

/** What the app would read as a mention, a link or markup: in `text` messages, and in a card's `markdown`. */
export function pingsOf(message: SentMessage): string[] {
  const read =
    message.type === 'text'
      ? [textContent.parse(message.content).text]
      : nodes(message.content).flatMap(({ tag, content }) =>
          ['markdown', 'lark_md'].includes(tag) ? [content ?? ''] : [],
        );
  return read.flatMap((text) => text.match(/<\/?[a-z][^>]*>|\]\([^)]*\)/gi) ?? []);
}
