/** A piece of a card, JSON 2.0. */
export type CardElement = { readonly tag: string } & Readonly<Record<string, unknown>>;

export type CardColor = 'green' | 'orange' | 'grey' | 'blue';

/** A whole interactive card, JSON 2.0. */
export interface Card {
  readonly schema: '2.0';
  readonly config: { readonly update_multi: true; readonly summary: { readonly content: string } };
  readonly header: {
    readonly title: CardText;
    readonly subtitle?: CardText;
    readonly template: CardColor;
  };
  readonly body: { readonly direction: 'vertical'; readonly elements: readonly CardElement[] };
}

/** Text that is shown as it is: in `plain_text` no markup, link or mention is read. */
export interface CardText {
  readonly tag: 'plain_text';
  readonly content: string;
}

/** The platform refuses a card over 30 KB (code 230025) or with more than 200 elements. */
export const MAX_CARD_BYTES = 30 * 1024;
export const MAX_CARD_ELEMENTS = 200;

export const plain = (content: string): CardText => ({ tag: 'plain_text', content });

export interface CardOptions {
  readonly title: string;
  readonly subtitle?: string;
  readonly color: CardColor;
  readonly elements: readonly CardElement[];
}

export function card({ title, subtitle, color, elements }: CardOptions): Card {
  return {
    schema: '2.0',
    config: { update_multi: true, summary: { content: title } },
    header: { title: plain(title), ...(subtitle ? { subtitle: plain(subtitle) } : {}), template: color },
    body: { direction: 'vertical', elements },
  };
}

/** Bytes of a card as it is sent. */
export const cardBytes = (value: Card): number => Buffer.byteLength(JSON.stringify(value));
