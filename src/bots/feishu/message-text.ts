import { z } from 'zod';

const mention = z.looseObject({
  key: z.string(),
  name: z.string().default(''),
  id: z.looseObject({ open_id: z.string().nullish() }).nullish(),
});

/** Who is mentioned in a message, and the placeholder (`@_user_1`) that stands for them in its text. */
export const mentionsSchema = z.array(mention).nullish();
export type Mentions = z.infer<typeof mentionsSchema>;

const textContent = z.looseObject({ text: z.string() });
const node = z.looseObject({
  tag: z.string(),
  text: z.string().nullish(),
  user_id: z.string().nullish(),
  user_name: z.string().nullish(),
  emoji_type: z.string().nullish(),
});
const post = z.looseObject({ title: z.string().nullish(), content: z.array(z.array(node)) });
const postContent = z.union([post, z.record(z.string(), post).transform((all) => Object.values(all)[0])]);

/**
 * The words of a `text` or `post` message: the bot's own mention is taken out (by open_id, since names change),
 * others become `@name`. Undefined for other types and for what cannot be read.
 */
export function messageText(
  type: string,
  content: string,
  mentions: Mentions,
  botOpenId: string,
): string | undefined {
  const written = type === 'text' ? fromText(content) : type === 'post' ? fromPost(content) : undefined;
  return written === undefined ? undefined : resolveMentions(written, mentions, botOpenId).trim();
}

/** True when the bot itself is among the mentioned. */
export function mentionsBot(mentions: Mentions, botOpenId: string): boolean {
  return mentions?.some(({ id }) => id?.open_id === botOpenId) ?? false;
}

function fromText(content: string): string | undefined {
  return textContent.safeParse(parseJson(content)).data?.text;
}

function fromPost(content: string): string | undefined {
  const parsed = postContent.safeParse(parseJson(content)).data;
  if (!parsed) return undefined;
  const lines = parsed.content.map((line) => line.map(nodeText).join(''));
  return [...(parsed.title ? [parsed.title] : []), ...lines].join('\n');
}

function nodeText({ tag, text, user_id, user_name, emoji_type }: z.infer<typeof node>): string {
  if (tag === 'at') return user_id?.startsWith('@') ? user_id : `@${user_name ?? ''}`;
  if (tag === 'emotion') return emoji_type ? `[${emoji_type}]` : '';
  return text ?? '';
}

function resolveMentions(text: string, mentions: Mentions, botOpenId: string): string {
  const byKey = new Map(mentions?.map((each) => [each.key, each]));
  return text.replace(/@_user_\d+[ \u00a0]?|@_all\b/g, (found) => {
    const key = found.trimEnd();
    const who = byKey.get(key);
    if (!who) return found;
    if (who.id?.open_id === botOpenId) return '';
    return `@${who.name}${found.slice(key.length)}`;
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
