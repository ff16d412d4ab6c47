import type { types } from '@slack/bolt';
import { preview } from '../core/preview.ts';
import { type ActionName, type ActionValue, encodeValue } from './action-values.ts';
import { slackLimits } from './limits.ts';

export type Block = types.KnownBlock;
type RichElement = types.RichTextSection['elements'][number];

/** A message as `chat.postMessage` takes it. */
export interface SlackMessage {
  /** For notifications and screen readers, and instead of the blocks where Slack refuses them. */
  readonly text: string;
  readonly blocks: Block[];
}

export type Style = 'bold' | 'italic' | 'code';

/** A run of text that Slack shows exactly as it is: no markup, no mention, no link comes out of it. */
export function plain(text: string, ...styles: readonly Style[]): RichElement {
  const style = Object.fromEntries(styles.map((name) => [name, true]));
  return { type: 'text', text, ...(styles.length === 0 ? {} : { style }) };
}

/** A paragraph of such runs. */
export function paragraph(...elements: readonly RichElement[]): Block {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [...elements] }] };
}

/** Several lines in a fixed-width frame. */
export function frame(text: string): Block {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
  };
}

/** A sentence of our own in mrkdwn; never a user's text. */
export function sentence(mrkdwn: string): Block {
  return { type: 'section', text: { type: 'mrkdwn', text: mrkdwn.slice(0, slackLimits.sectionText) } };
}

/** A sentence of our own in small print. */
export function smallPrint(mrkdwn: string): Block {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: mrkdwn.slice(0, slackLimits.sectionText) }] };
}

export interface ButtonOptions {
  /** Tells buttons of one name in one message apart. */
  readonly number?: number;
  readonly style?: 'primary' | 'danger';
}

export function button<Name extends ActionName>(
  name: Name,
  label: string,
  value: ActionValue<Name>,
  options: ButtonOptions = {},
): types.Button {
  return {
    type: 'button',
    action_id: options.number === undefined ? name : `${name}:${options.number}`,
    text: { type: 'plain_text', text: preview(label, slackLimits.buttonText).text, emoji: true },
    value: encodeValue(name, value),
    ...(options.style ? { style: options.style } : {}),
  };
}

/** Buttons side by side; none gives no block. */
export function buttons(...elements: readonly types.Button[]): Block[] {
  return elements.length === 0 ? [] : [{ type: 'actions', elements: elements.slice(0, slackLimits.actions) }];
}

/** True where blocks are within what Slack takes in one message. */
export function fits(blocks: readonly Block[]): boolean {
  return blocks.length <= slackLimits.blocks && JSON.stringify(blocks).length <= slackLimits.blocksTotal;
}
