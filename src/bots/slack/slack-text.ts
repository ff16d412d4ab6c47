/** Resolves a user's id to the name that people see; undefined where it is not known. */
export type NameOf = (userId: string) => Promise<string | undefined>;

/** Removes the mentions of one user, by id, and the blanks around what is left. */
export function stripMention(text: string, userId: string): string {
  return text.replace(new RegExp(`<@${userId}(?:\\|[^>]*)?>[:：,，]?`, 'gu'), ' ').trim();
}

/**
 * What the user wrote, from what Slack makes of it: `<https://a.b|a.b>` is `a.b` again, `<@U1>` the person's name,
 * `<!here>` is `@here`, and `&lt;` is `<`.
 */
export async function decodeSlackText(text: string, nameOf: NameOf): Promise<string> {
  const names = new Map<string, string>();
  for (const [, id = ''] of text.matchAll(/<@([A-Z0-9]+)>/gu)) {
    if (!names.has(id)) names.set(id, (await nameOf(id)) ?? id);
  }
  return text
    .replace(/<([^<>]+)>/gu, (_, token: string) => decodeToken(token, names))
    .replace(/&lt;/gu, '<')
    .replace(/&gt;/gu, '>')
    .replace(/&amp;/gu, '&');
}

function decodeToken(token: string, names: ReadonlyMap<string, string>): string {
  const bar = token.indexOf('|');
  const target = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? '' : token.slice(bar + 1);
  if (target.startsWith('@')) return `@${label || names.get(target.slice(1)) || target.slice(1)}`;
  if (target.startsWith('#')) return `#${label || target.slice(1)}`;
  if (target.startsWith('!')) {
    if (label) return label;
    return `@${target.slice(1)}`;
  }
  return label || target.replace(/^mailto:/u, '');
}

/** A user's text for a place that Slack reads as mrkdwn: no mention, no link and no entity comes out of it. */
export function escapeSlackText(text: string): string {
  return text.replace(/&/gu, '&amp;').replace(/</gu, '&lt;').replace(/>/gu, '&gt;');
}
