import stringWidth from 'string-width';
import type { Bot } from '../../bots/core/bot.ts';
import { terminalMessages } from '../../messages/terminal.ts';
import { hang } from '../render/hang.ts';
import { padEnd } from '../render/pad.ts';
import { printable } from '../render/printable.ts';
import { say } from '../render/say.ts';
import type { Style } from '../render/style.ts';

/** What a server that has just started says about itself. */
export interface BannerFacts {
  readonly version: string;
  readonly url: string;
  readonly model: string;
  readonly dimensions: number;
  readonly lines: number;
  readonly location: string;
  readonly bots: readonly Pick<Bot, 'name' | 'health'>[];
  readonly seconds: number;
  /** A prompt follows. */
  readonly prompt: boolean;
}

const INDENT = '  ';

/** Name, address, model, lines, bots, and how to go on. */
export function renderBanner(facts: BannerFacts, style: Style): string[] {
  const messages = terminalMessages[style.language];
  const { model, dimensions, lines, location } = facts;
  const bot = (name: Bot['name']) => {
    const found = facts.bots.find((candidate) => candidate.name === name);
    return found ? printable(found.health().detail) : undefined;
  };
  const entries: [label: string, text: string, role: 'link' | 'faint' | undefined][] = [
    [messages.openLabel, facts.url, 'link'],
    [messages.modelLabel, say(messages.modelDetail, { model, dimensions }), undefined],
    [messages.linesLabel, say(messages.linesDetail, { count: lines, location }), undefined],
    [messages.slackLabel, bot('slack') ?? messages.botOff, bot('slack') ? undefined : 'faint'],
    [messages.feishuLabel, bot('feishu') ?? messages.botOff, bot('feishu') ? undefined : 'faint'],
  ];
  const labelWidth = Math.max(...entries.map(([label]) => stringWidth(label)));
  const ready = say(messages.readyIn, { seconds: facts.seconds.toFixed(1) });
  const hints = facts.prompt ? [messages.askHere, messages.leaveServe] : [messages.leaveServe];
  return [
    '',
    `${INDENT}${style.paint('heading', 'meaning-radar')} ${facts.version}  ${style.paint('faint', ready)}`,
    '',
    ...entries.flatMap(([label, text, role]) =>
      hang(`${INDENT}${style.paint('faint', padEnd(label, labelWidth))}  `, text, style, role),
    ),
    '',
    ...hints.flatMap((hint) => hang(INDENT, hint, style, 'faint')),
    '',
  ];
}
