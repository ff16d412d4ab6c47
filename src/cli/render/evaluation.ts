import type { Confidence, ThresholdQuality } from '../../evaluation/confidence.ts';
import type { EvaluationReport } from '../../evaluation/evaluate.ts';
import { terminalMessages } from '../../messages/terminal.ts';
import { hang } from './hang.ts';
import { printable } from './printable.ts';
import { say } from './say.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';

const share = (value: number) => value.toFixed(3);

/** The model's figures beside those of keyword search, and how well the best score tells what cannot be answered. */
export function renderEvaluation(
  report: EvaluationReport,
  keywords: EvaluationReport,
  style: Style,
): string[] {
  const messages = terminalMessages[style.language];
  const { questions, lines, model, confidence, unanswerable } = report;
  const figures = ({ top1, top5, mrr10 }: EvaluationReport) => [top1, top5, mrr10].map(share);
  return [
    ...renderTable(
      [
        [say(messages.evalSet, { questions, lines }), messages.evalTop1, messages.evalTop5, messages.evalMrr],
        [printable(model), ...figures(report)],
        [messages.evalKeywords, ...figures(keywords)],
      ],
      style,
    ),
    ...(confidence ? ['', ...renderConfidence(confidence, unanswerable, style)] : []),
  ];
}

function renderConfidence(confidence: Confidence, unanswerable: number, style: Style): string[] {
  const messages = terminalMessages[style.language];
  const row = (template: string, quality: ThresholdQuality) => [
    say(template, { threshold: quality.threshold.toFixed(4) }),
    share(quality.answerableKept),
    share(quality.unanswerableMarked),
    share(quality.balancedAccuracy),
  ];
  const sentence = say(messages.evalConfidence, { unanswerable, auroc: share(confidence.auroc) });
  return [
    ...hang('', sentence, style),
    ...renderTable(
      [
        [messages.evalThreshold, messages.evalKept, messages.evalMarked, messages.evalBalanced],
        row(messages.evalCurrent, confidence.current),
        row(messages.evalSuggested, confidence.suggested),
      ],
      style,
    ),
  ];
}
