import type { Language } from '../../language.ts';
import { answerMessages } from '../../messages/answer.ts';
import { fillMessage } from '../../messages/fill-message.ts';
import { slackMessages } from '../../messages/slack.ts';
import type { Answer, AnswerMatch } from '../core/answer.ts';
import { preview } from '../core/preview.ts';
import { textBar } from '../core/text-bar.ts';
import { type Block, button, buttons, paragraph, plain, type SlackMessage, sentence } from './blocks.ts';
import { fitBlocks, message, type Room } from './fit-message.ts';
import { escapeSlackText } from './slack-text.ts';

export interface RenderAnswerOptions {
  readonly language: Language;
  /** Only the asker sees it, so it can be shared. */
  readonly private: boolean;
}

const TEXT_LINE = 300;

/** An answer: the warning first, then the matches with score and bar, then the buttons. */
export function renderAnswer(answer: Answer, options: RenderAnswerOptions): SlackMessage {
  const t = answerMessages[options.language];
  if (answer.lineCount === 0) return message(t.empty, [sentence(t.empty)]);
  const warning = answer.lowConfidence ? [sentence(`:warning: *${t.weak}*`)] : [];
  const blocks = fitBlocks(answer.matches.length, (room) => [
    ...warning,
    ...renderMatches(answer.matches, room, options.language),
    ...answerButtons(answer, options),
  ]);
  const lines = answer.matches.map((match, i) =>
    fillMessage(match.lowConfidence ? t.weakMatch : t.match, {
      rank: i + 1,
      text: escapeSlackText(preview(match.text, TEXT_LINE).text),
      score: match.score.toFixed(4),
    }),
  );
  return message([...(answer.lowConfidence ? [t.weak] : []), ...lines].join('\n'), blocks);
}

/** Matches as blocks, with buttons for those that are cut. */
export function renderMatches(matches: readonly AnswerMatch[], room: Room, language: Language): Block[] {
  const t = answerMessages[language];
  const shown = matches.slice(0, room.entries);
  const cut = shown.flatMap((match, i) =>
    preview(match.text, room.lineLength).cut
      ? [
          button(
            'show_line',
            fillMessage(t.showAll, { rank: i + 1 }),
            { l: language, id: match.id },
            { number: i + 1 },
          ),
        ]
      : [],
  );
  return [
    ...shown.map((match, i) => renderMatch(match, i + 1, room.lineLength, language)),
    ...(shown.length < matches.length ? [sentence(t.shortened)] : []),
    ...buttons(...cut),
  ];
}

function renderMatch(match: AnswerMatch, rank: number, lineLength: number, language: Language): Block {
  const mark = match.lowConfidence ? '⚪' : '🟢';
  const weak = match.lowConfidence ? [plain(` ${answerMessages[language].weakMark}`, 'italic')] : [];
  return paragraph(
    plain(`${rank}. `, 'bold'),
    plain(preview(match.text, lineLength).text),
    plain(`\n${mark} ${textBar(match.score)} `),
    plain(match.score.toFixed(4), 'bold'),
    ...weak,
  );
}

function answerButtons(answer: Answer, options: RenderAnswerOptions): Block[] {
  if (answer.questionId === undefined) return [];
  const [t, own] = [answerMessages[options.language], slackMessages[options.language]];
  const value = { l: options.language, q: answer.questionId };
  return buttons(
    button('feedback_helped', t.helped, value),
    button('feedback_not_helped', t.notHelped, value),
    ...(options.private ? [button('share', own.share, value)] : []),
  );
}
