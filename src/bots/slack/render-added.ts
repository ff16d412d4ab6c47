import { type ErrorCode, KbError } from '../../errors.ts';
import type { Language } from '../../language.ts';
import { commandMessages } from '../../messages/commands.ts';
import { fillMessage } from '../../messages/fill-message.ts';
import { slackMessages } from '../../messages/slack.ts';
import { MAX_LINE_LENGTH } from '../../store/faq-line.ts';
import type { CommandResult, NearDuplicate } from '../core/command-result.ts';
import { preview } from '../core/preview.ts';
import {
  type Block,
  button,
  buttons,
  paragraph,
  plain,
  type SlackMessage,
  sentence,
  smallPrint,
} from './blocks.ts';
import { fitBlocks, message } from './fit-message.ts';
import { slackLimits } from './limits.ts';
import { escapeSlackText } from './slack-text.ts';

export type Added = Extract<CommandResult, { kind: 'added' }>;

export interface RenderAddedOptions {
  /** Keeps a line that is too long for a button and returns where. */
  readonly hold: (text: string) => string;
  /** The gap that the lines answer. */
  readonly gap?: string | undefined;
  /** The name of whoever added a line. */
  readonly nameOf: (userId: string) => string;
}

/** What was added, what was there already, what was refused, and the question about near-duplicates. */
export function renderAdded(result: Added, options: RenderAddedOptions): SlackMessage {
  const t = commandMessages[result.language];
  const label = labeller(result.language);
  const done = [
    ...result.added.map((line) => ({ mark: '✅', title: t.added, line })),
    ...result.duplicates.map((line) => ({ mark: '☑️', title: t.duplicate, line })),
  ];
  const refused = result.rejected.map(({ text, reason, length }) => ({
    text,
    why: new KbError(reason satisfies ErrorCode, { values: { length, limit: MAX_LINE_LENGTH } }).sentence(
      result.language,
    ),
  }));
  const held = result.nearDuplicates.map((near) => question(near, result, options));
  const parts: readonly ((lineLength: number) => Block[])[] = [
    ...held,
    ...refused.map(({ text, why }) => () => [
      paragraph(
        plain(`❌ ${label(t.rejected)}`, 'bold'),
        ...(text.trim() === '' ? [] : [plain(preview(text, 200).text)]),
      ),
      smallPrint(why),
    ]),
    ...done.map(({ mark, title, line }) => (lineLength: number) => [
      paragraph(
        plain(`${mark} ${label(title)}`, 'bold'),
        plain(preview(line.text, lineLength).text),
        plain(`\n${fillMessage(t.addedBy, { id: line.id, by: options.nameOf(line.addedBy) })}`, 'italic'),
      ),
    ]),
  ];
  const blocks = fitBlocks(parts.length, ({ lineLength, entries }) => [
    ...parts.slice(0, entries).flatMap((render) => render(lineLength)),
    ...(parts.length > entries
      ? [sentence(fillMessage(t.truncated, { count: parts.length - entries }))]
      : []),
    ...(parts.length === 0 ? [sentence(t.nothingAdded)] : []),
  ]);
  const text = [
    ...done.map(
      ({ title, line }) => `${label(title)}${escapeSlackText(preview(line.text, 200).text)} (${line.id})`,
    ),
    ...refused.map(({ why }) => `${label(t.rejected)}${why}`),
    ...result.nearDuplicates.map(
      ({ existing }) => `${label(t.nearDuplicate)}${escapeSlackText(preview(existing.text, 200).text)}`,
    ),
  ];
  return message(text.join('\n') || t.nothingAdded, blocks);
}

/** "Nearly the same is there already": both lines and the three ways out. */
function question(near: NearDuplicate, result: Added, options: RenderAddedOptions) {
  const t = commandMessages[result.language];
  const label = labeller(result.language);
  const only = result.nearDuplicates.length + result.added.length + result.duplicates.length === 1;
  const number = result.nearDuplicates.indexOf(near);
  const common = {
    l: result.language,
    only,
    line: carry(near.text, options.hold),
    ...(options.gap === undefined ? {} : { gap: options.gap }),
  };
  return (lineLength: number): Block[] => [
    sentence(`:mag: *${t.nearDuplicate}*`),
    paragraph(plain(label(t.nearDuplicateNew), 'bold'), plain(preview(near.text, lineLength).text)),
    paragraph(
      plain(label(fillMessage(t.nearDuplicateExisting, { score: near.existing.score.toFixed(4) })), 'bold'),
      plain(preview(near.existing.text, lineLength).text),
    ),
    sentence(t.nearDuplicateAsk),
    ...buttons(
      button('add_anyway', t.addAnyway, common, { number }),
      button('keep_old', t.keepOld, { l: result.language as Language, only }, { number }),
      button('replace_old', t.replaceOld, { ...common, id: near.existing.id }, { number }),
    ),
  ];
}

const labeller = (language: Language) => (label: string) =>
  fillMessage(slackMessages[language].labelled, { label });

/** A button's value holds at most 2,000 characters; the rest of the value needs some of them. */
const carry = (text: string, hold: (text: string) => string) =>
  JSON.stringify(text).length <= slackLimits.buttonValue - 250 ? { text } : { held: hold(text) };
