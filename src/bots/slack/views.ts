import type { types } from '@slack/bolt';
import type { Language } from '../../language.ts';
import { answerMessages } from '../../messages/answer.ts';
import { commandMessages } from '../../messages/commands.ts';
import { fillMessage } from '../../messages/fill-message.ts';
import { slackMessages } from '../../messages/slack.ts';
import type { FaqLine } from '../../store/faq-line.ts';
import type { KnowledgeStats } from '../core/command-result.ts';
import type { DialogMetadata } from './action-values.ts';
import { type Block, button, buttons, paragraph, plain, sentence, smallPrint } from './blocks.ts';
import { ADD_FORM, LINES_INPUT } from './incoming.ts';
import { slackLimits } from './limits.ts';
import { renderGapEntries } from './render-lists.ts';
import { weakShare } from './render-result.ts';

const label = (text: string): types.PlainTextElement => ({ type: 'plain_text', text, emoji: true });

/** The dialog for many lines at once; with the question at hand where it answers a gap. */
export function addDialog(metadata: DialogMetadata, question?: string): types.ModalView {
  const t = slackMessages[metadata.l];
  return {
    type: 'modal',
    callback_id: ADD_FORM,
    private_metadata: JSON.stringify(metadata),
    title: label(t.addTitle),
    submit: label(t.addSubmit),
    close: label(t.cancel),
    blocks: [
      ...(question === undefined ? [] : [sentence(`*${t.answering}*`), paragraph(plain(question))]),
      {
        type: 'input',
        block_id: LINES_INPUT,
        label: label(t.addLabel),
        element: {
          type: 'plain_text_input',
          action_id: LINES_INPUT,
          multiline: true,
          max_length: slackLimits.inputLength,
          placeholder: label(t.addPlaceholder),
        },
      },
    ],
  };
}

/** A whole line, however long, exactly as it was written. */
export function lineDialog(line: FaqLine, language: Language): types.ModalView {
  return {
    type: 'modal',
    title: label(answerMessages[language].wholeLine),
    close: label(slackMessages[language].close),
    blocks: [paragraph(plain(line.text)), paragraph(plain(`${line.id} · ${line.source}`, 'italic'))],
  };
}

/** The home tab: how much there is, how well it answers, and what is missing. */
export function homeView(stats: KnowledgeStats, language: Language): types.HomeView {
  const [t, c] = [slackMessages[language], commandMessages[language]];
  const numbers = {
    lines: stats.lines,
    questionsThisWeek: stats.questionsThisWeek,
    weakShare: weakShare(stats),
  };
  const blocks: Block[] = [
    { type: 'header', text: label(t.homeTitle) },
    ...[t.homeLines, t.homeQuestions, t.homeWeak].map((text) => sentence(fillMessage(text, numbers))),
    ...buttons(button('open_add', t.addButton, { l: language }, { style: 'primary' })),
    { type: 'divider' },
    sentence(`*${c.topGaps}*`),
    ...(stats.topGaps.length === 0
      ? [sentence(c.gapsEmpty)]
      : renderGapEntries(stats.topGaps, { lineLength: 200, entries: stats.topGaps.length }, language)),
    { type: 'divider' },
    smallPrint(t.homeHint),
  ];
  return { type: 'home', blocks };
}
