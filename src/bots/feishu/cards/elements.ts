import type { ActionValue } from '../action-value.ts';
import { type CardElement, plain } from './card.ts';

export interface TextStyle {
  readonly color?: 'green' | 'orange' | 'grey' | 'default';
  readonly size?: 'normal' | 'notation' | 'heading';
}

/** A paragraph shown as it is written. */
export function paragraph(content: string, style: TextStyle = {}): CardElement {
  return {
    tag: 'div',
    text: {
      ...plain(content),
      ...(style.size ? { text_size: style.size } : {}),
      ...(style.color ? { text_color: style.color } : {}),
    },
  };
}

export const rule = (): CardElement => ({ tag: 'hr' });

export type ButtonLook = 'default' | 'primary' | 'danger';

/** A button whose press comes back as `value`. */
export function button(text: string, value: ActionValue, look: ButtonLook = 'default'): CardElement {
  return { tag: 'button', text: plain(text), type: look, behaviors: [{ type: 'callback', value }] };
}

/** Buttons side by side; on a narrow screen below each other. */
export function buttonRow(buttons: readonly CardElement[]): CardElement {
  return {
    tag: 'column_set',
    flex_mode: 'flow',
    horizontal_spacing: '8px',
    columns: buttons.map((element) => ({ tag: 'column', width: 'auto', elements: [element] })),
  };
}

/** A text folded away behind a title. */
export function folded(title: string, content: string): CardElement {
  return {
    tag: 'collapsible_panel',
    expanded: false,
    header: { title: plain(title) },
    elements: [paragraph(content)],
  };
}
