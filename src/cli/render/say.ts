import { fillMessage } from '../../messages/fill-message.ts';
import { printable } from './printable.ts';

/** Fills a message with values made safe to print. */
export function say(template: string, values: Readonly<Record<string, string | number>> = {}): string {
  const safe = Object.entries(values).map(([name, value]) => [name, printable(String(value))]);
  return fillMessage(template, Object.fromEntries(safe));
}
