import { engineMessages } from '../../messages/engine.ts';
import { terminalMessages } from '../../messages/terminal.ts';
import { printable } from '../render/printable.ts';
import { say } from '../render/say.ts';
import type { Style } from '../render/style.ts';
import { type BannerEntry, bannerRows } from '../serve/banner-rows.ts';

/** What an engine that has just started says about itself. */
export interface EngineFacts {
  readonly version: string;
  readonly url: string;
  readonly model: string;
  readonly dimensions: number;
  readonly device: string;
  /** Absent where none is set. */
  readonly reranker: string | undefined;
  /** Clients need a key. */
  readonly keyed: boolean;
  readonly seconds: number;
}

/** Name, address, models, device, key, and how to go on. */
export function renderEngineBanner(facts: EngineFacts, style: Style): string[] {
  const messages = engineMessages[style.language];
  const { modelLabel, modelDetail, leaveServe } = terminalMessages[style.language];
  const { url, model, dimensions, device, reranker, keyed } = facts;
  const entries: BannerEntry[] = [
    [messages.addressLabel, url, 'link'],
    [modelLabel, say(modelDetail, { model, dimensions }), undefined],
    [messages.deviceLabel, printable(device), undefined],
    [messages.rerankerLabel, printable(reranker ?? messages.noReranker), reranker ? undefined : 'faint'],
    [messages.keyLabel, keyed ? messages.keySet : messages.keyOpen, keyed ? undefined : 'faint'],
  ];
  return bannerRows({ ...facts, entries, hints: [messages.clientHint, leaveServe] }, style);
}
