import type { Language } from '../../language.ts';
import { commandMessages } from '../../messages/commands.ts';
import { fillMessage } from '../../messages/fill-message.ts';
import { slackMessages } from '../../messages/slack.ts';
import type { CommandResult, KnowledgeStats } from '../core/command-result.ts';
import { preview } from '../core/preview.ts';
import { findVerb } from '../core/verbs.ts';
import { button, buttons, paragraph, plain, type SlackMessage, sentence } from './blocks.ts';
import { fitBlocks, message } from './fit-message.ts';
import { type RenderAddedOptions, renderAdded } from './render-added.ts';
import { renderAnswer } from './render-answer.ts';
import { renderInspection } from './render-inspection.ts';
import { renderGapEntries, renderGaps, renderList } from './render-lists.ts';
import { escapeSlackText } from './slack-text.ts';

export interface RenderOptions extends RenderAddedOptions {
  /** Only the asker sees it. */
  readonly private: boolean;
}

/** Any result as a message. A pure function: the same data gives the same blocks. */
export function renderResult(result: CommandResult, options: RenderOptions): SlackMessage {
  const { language } = result;
  const t = commandMessages[language];
  switch (result.kind) {
    case 'answer':
      return renderAnswer(result.answer, { language, private: options.private });
    case 'added':
      return renderAdded(result, options);
    case 'add-form':
      return message(t.addForm, [
        sentence(t.addForm),
        ...buttons(button('open_add', slackMessages[language].addButton, { l: language })),
      ]);
    case 'list':
      return renderList(result.page, language);
    case 'removed':
      return changed(language, `🗑️ ${t.removed}`, [result.line]);
    case 'replaced':
      return changed(language, `✅ ${t.replaced}`, [result.added, result.removed], ['+ ', '− ']);
    case 'undone': {
      // The change is what the undo did: adding lines takes back a removal.
      const { action, added, removed } = result.change;
      const title = { add: t.undoneRemove, remove: t.undoneAdd, replace: t.undoneReplace }[action];
      return changed(language, `↩️ ${title}`, action === 'remove' ? removed : added);
    }
    case 'nothing-to-undo':
      return said(t.nothingToUndo);
    case 'inspection':
      return renderInspection(result.inspection, language);
    case 'gaps':
      return renderGaps(result.gaps, language);
    case 'stats':
      return renderStats(result);
    case 'help':
      return message(t.help, [paragraph(plain(t.help))]);
    case 'hint':
      return said(hint(result), result.name);
    case 'failed':
      return said(escapeSlackText(result.error.sentence(language)));
  }
}

/** One sentence of our own as a message. */
export function said(mrkdwn: string, name = ''): SlackMessage {
  const text = fillMessage(mrkdwn, { name: escapeSlackText(name.replace(/`/gu, 'ˋ')) });
  return message(text, [sentence(text)]);
}

function hint(result: Extract<CommandResult, { kind: 'hint' }>): string {
  const t = commandMessages[result.language];
  if (result.reason === 'unknown') return t.hintUnknown;
  if (result.reason === 'bad-page') return t.hintBadPage;
  switch (findVerb(result.name)?.verb) {
    case 'ask':
      return t.hintMissingAsk;
    case 'remove':
      return t.hintMissingRemove;
    case 'inspect':
      return t.hintMissingInspect;
    default:
      return t.hintMissing;
  }
}

function changed(
  language: Language,
  title: string,
  lines: readonly { readonly id: string; readonly text: string }[],
  marks: readonly string[] = [],
): SlackMessage {
  const blocks = fitBlocks(lines.length, ({ lineLength, entries }) => [
    paragraph(plain(title, 'bold')),
    ...lines
      .slice(0, entries)
      .map(({ id, text }, i) =>
        paragraph(
          ...(marks[i] ? [plain(marks[i] ?? '')] : []),
          plain(id, 'code'),
          plain(` ${preview(text, lineLength).text}`),
        ),
      ),
    ...(lines.length > entries
      ? [sentence(fillMessage(commandMessages[language].truncated, { count: lines.length - entries }))]
      : []),
  ]);
  const text = lines.map(({ text }) => escapeSlackText(preview(text, 200).text));
  return message([title, ...text].join('\n'), blocks);
}

function renderStats(result: Extract<CommandResult, { kind: 'stats' }>): SlackMessage {
  const { stats, language } = result;
  const t = commandMessages[language];
  const summary = fillMessage(t.stats, {
    lines: stats.lines,
    questionsThisWeek: stats.questionsThisWeek,
    weakShare: weakShare(stats),
    helped: stats.helped,
    notHelped: stats.notHelped,
    questionsEver: stats.questionsEver,
    model: stats.model,
  });
  const blocks = fitBlocks(stats.topGaps.length, (room) => [
    paragraph(plain(summary)),
    ...(stats.topGaps.length > 0 ? [sentence(`*${t.topGaps}*`)] : []),
    ...renderGapEntries(stats.topGaps, room, language),
  ]);
  return message(summary, blocks);
}

/** The share of weak answers this week, such as `25%`. */
export function weakShare(stats: KnowledgeStats): string {
  if (stats.questionsThisWeek === 0) return '0%';
  return `${Math.round((stats.weakThisWeek / stats.questionsThisWeek) * 100)}%`;
}
