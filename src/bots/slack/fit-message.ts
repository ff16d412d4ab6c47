import { preview } from '../core/preview.ts';
import { type Block, fits, type SlackMessage } from './blocks.ts';
import { slackLimits } from './limits.ts';

/** How much of a message is shown. */
export interface Room {
  /** Characters of each user's text. */
  readonly lineLength: number;
  /** Entries shown; more are counted. */
  readonly entries: number;
}

const SHORTEST = 80;
const LENGTHS = [600, 300, 150, SHORTEST] as const;

/** The first rendering that is within Slack's limits: shorter lines first, then fewer entries. */
export function fitBlocks(entries: number, render: (room: Room) => Block[]): Block[] {
  for (const lineLength of LENGTHS) {
    const blocks = render({ lineLength, entries });
    if (fits(blocks)) return blocks;
  }
  const short = (shown: number) => render({ lineLength: SHORTEST, entries: shown });
  let best = short(0).slice(0, slackLimits.blocks);
  for (let [low, high] = [1, entries - 1]; low <= high; ) {
    const middle = Math.ceil((low + high) / 2);
    const blocks = short(middle);
    if (fits(blocks)) [best, low] = [blocks, middle + 1];
    else high = middle - 1;
  }
  return best;
}

/** A message with its fallback text kept within Slack's limit. */
export function message(text: string, blocks: Block[]): SlackMessage {
  return { text: preview(text, slackLimits.text).text, blocks };
}
