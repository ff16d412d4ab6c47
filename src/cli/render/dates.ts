/** `2026-01-31`, in UTC, so that a list reads the same everywhere. */
export function formatDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** `2026-01-31 17:05 UTC`. */
export function formatMinute(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
