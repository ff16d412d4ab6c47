/** The address that a redirect leads to; `undefined` where it leads nowhere, or from https to an open connection. */
export function nextHop(from: URL, location: string | null): URL | undefined {
  if (location === null || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from.href);
  if (to.protocol !== 'https:' && !(to.protocol === 'http:' && from.protocol === 'http:')) return undefined;
  return to;
}
