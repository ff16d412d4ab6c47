import type { Language } from '../../language.ts';
import { commandMessages } from '../../messages/commands.ts';
import { fillMessage } from '../../messages/fill-message.ts';
import { slackMessages } from '../../messages/slack.ts';
import type { FaqLine } from '../../store/faq-line.ts';
import type { Page } from '../../store/knowledge-base.ts';
import type { Gap } from '../../store/question-log.ts';
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
import { fitBlocks, message, type Room } from './fit-message.ts';
import { escapeSlackText } from './slack-text.ts';

const SHORT = 200;

/** A page of lines with their ids, and the buttons to the neighbouring pages. */
export function renderList(page: Page<FaqLine>, language: Language): SlackMessage {
  const [t, own] = [commandMessages[language], slackMessages[language]];
  if (page.total === 0) return message(t.listEmpty, [sentence(t.listEmpty)]);
  const title = fillMessage(t.list, { page: page.page, pages: page.pages, total: page.total });
  const turn = (label: string, to: number, number: number) =>
    to >= 1 && to <= page.pages ? [button('list_page', label, { l: language, page: to }, { number })] : [];
  const blocks = fitBlocks(page.items.length, ({ lineLength, entries }) => [
    sentence(`*${title}*`),
    ...page.items
      .slice(0, entries)
      .map(({ id, text }) =>
        paragraph(plain(id, 'code'), plain(` ${preview(text, Math.min(lineLength, SHORT)).text}`)),
      ),
    ...remaining(page.items.length - entries, language),
    ...buttons(...turn(own.previous, page.page - 1, 1), ...turn(own.next, page.page + 1, 2)),
  ]);
  const lines = page.items.map(({ id, text }) => `${id} ${escapeSlackText(preview(text, SHORT).text)}`);
  return message([title, ...lines].join('\n'), blocks);
}

/** Questions without a good answer, each with a button that opens the dialog. */
export function renderGaps(gaps: readonly Gap[], language: Language): SlackMessage {
  const t = commandMessages[language];
  if (gaps.length === 0) return message(t.gapsEmpty, [sentence(t.gapsEmpty)]);
  const blocks = fitBlocks(gaps.length, (room) => [
    sentence(`*${t.gaps}*`),
    ...renderGapEntries(gaps, room, language),
  ]);
  const lines = gaps.map((gap) => escapeSlackText(gapLine(gap, SHORT, language)));
  return message([t.gaps, ...lines].join('\n'), blocks);
}

/** The gaps alone, for the home tab too. */
export function renderGapEntries(gaps: readonly Gap[], room: Room, language: Language): Block[] {
  const [t, own] = [commandMessages[language], slackMessages[language]];
  return [
    ...gaps.slice(0, room.entries).flatMap((gap, i) => {
      const wordings = gap.otherWordings.slice(0, 3).map((wording) => preview(wording, 80).text);
      const also =
        wordings.length > 0 ? `\n${fillMessage(t.gapWordings, { wordings: wordings.join(' / ') })}` : '';
      return [
        paragraph(
          plain(gapLine(gap, Math.min(room.lineLength, SHORT), language)),
          ...(also === '' ? [] : [plain(also, 'italic')]),
        ),
        ...buttons(
          button(
            'answer_gap',
            own.answerGap,
            { l: language, gap: gap.id, question: preview(gap.question, 300).text },
            { number: i + 1 },
          ),
        ),
      ];
    }),
    ...remaining(gaps.length - room.entries, language),
  ];
}

function gapLine(gap: Gap, length: number, language: Language): string {
  const t = commandMessages[language];
  const template = gap.count > 1 ? t.gap : t.gapOnce;
  return fillMessage(template, { question: preview(gap.question, length).text, count: gap.count });
}

const remaining = (count: number, language: Language): Block[] =>
  count > 0 ? [smallPrint(fillMessage(commandMessages[language].truncated, { count }))] : [];
