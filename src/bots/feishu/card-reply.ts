import type { Card } from './cards/card.ts';

/** What a card callback is answered with: a word at the top of the screen and, where given, another card. */
export interface CardReply {
  readonly toast: { readonly type: 'success' | 'info' | 'warning' | 'error'; readonly content: string };
  readonly card?: { readonly type: 'raw'; readonly data: Card };
}

export function cardReply(type: CardReply['toast']['type'], content: string, data?: Card): CardReply {
  return { toast: { type, content }, ...(data ? { card: { type: 'raw', data } } : {}) };
}
