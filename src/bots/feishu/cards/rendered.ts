import { type Card, cardBytes, MAX_CARD_BYTES, MAX_CARD_ELEMENTS } from './card.ts';

/** A reply: the same content as a card and, where the card is refused, as plain text. */
export interface Rendered {
  /** Absent where a plain message is the better form, such as a hint. */
  readonly card?: Card;
  readonly text: string;
}

/** True where the platform takes the card's size. */
export function fits(value: Card): boolean {
  return cardBytes(value) <= MAX_CARD_BYTES - 512 && countElements(value) <= MAX_CARD_ELEMENTS;
}

/** Everything with a tag counts as an element. */
export function countElements(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countElements(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const own = 'tag' in value ? 1 : 0;
  return Object.values(value).reduce((sum: number, item) => sum + countElements(item), own);
}
