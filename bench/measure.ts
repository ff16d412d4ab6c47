/** What a call gave and how long it took, in milliseconds. */
export async function timed<T>(call: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const begin = performance.now();
  const result = await call();
  return { result, ms: performance.now() - begin };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A title and rows as a Markdown table, so that a run can be pasted into docs/benchmarks.md. */
export function printTable(title: string, rows: readonly Record<string, string>[]): void {
  const columns = Object.keys(rows[0] ?? {});
  console.log(`**${title}**\n`);
  console.log(`| ${columns.join(' | ')} |`);
  console.log(`| ${columns.map(() => '---').join(' | ')} |`);
  for (const row of rows) console.log(`| ${columns.map((column) => row[column] ?? '').join(' | ')} |`);
  console.log('');
}
