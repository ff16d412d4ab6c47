/** A text as an SQL literal: nothing in it can end the literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `column IN (…)`; false for every row when there are no texts. */
export function isOneOf(column: string, texts: readonly string[]): string {
  return texts.length === 0 ? 'false' : `${column} IN (${texts.map(literal).join(', ')})`;
}
