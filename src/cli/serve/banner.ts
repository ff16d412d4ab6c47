import type { Bot } from '../../bots/core/bot.ts';
import { engineMessages } from '../../messages/engine.ts';
import { terminalMessages } from '../../messages/terminal.ts';
import { printable } from '../render/printable.ts';
import { say } from '../render/say.ts';
import type { Style } from '../render/style.ts';
import { type BannerEntry, bannerRows } from './banner-rows.ts';

/** What a server that has just started says about itself. */
export interface BannerFacts {
  readonly version: string;
  readonly url: string;
  readonly model: string;
  readonly dimensions: number;
  readonly lines: number;
  readonly location: string;
  readonly reranker: string | undefined;
  readonly bots: readonly Pick<Bot, 'name' | 'health'>[];
  readonly seconds: number;
  /** A prompt follows. */
  readonly prompt: boolean;
}

/** Name, address, model, lines, bots, and how to go on. */
export function renderBanner(facts: BannerFacts, style: Style): string[] {
  const messages = terminalMessages[style.language];
  const { model, dimensions, lines, location } = facts;
  const { rerankerLabel } = engineMessages[style.language];
  const reranker: BannerEntry[] = facts.reranker
    ? [[rerankerLabel, printable(facts.reranker), undefined]]
    : [];
  const bot = (name: Bot['name']) => {
    const found = facts.bots.find((candidate) => candidate.name === name);
    return found ? printable(found.health().detail) : undefined;
  };
  const entries: BannerEntry[] = [
    [messages.openLabel, facts.url, 'link'],
    [messages.modelLabel, say(messages.modelDetail, { model, dimensions }), undefined],
    ...reranker,
    [messages.linesLabel, say(messages.linesDetail, { count: lines, location }), undefined],
    [messages.slackLabel, bot('slack') ?? messages.botOff, bot('slack') ? undefined : 'faint'],
    [messages.feishuLabel, bot('feishu') ?? messages.botOff, bot('feishu') ? undefined : 'faint'],
  ];
  const hints = facts.prompt ? [messages.askHere, messages.leaveServe] : [messages.leaveServe];
  return bannerRows({ ...facts, entries, hints }, style);
}
