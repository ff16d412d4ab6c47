import type { Language } from '../../../language.ts';
import type { FaqLine } from '../../../store/faq-line.ts';
import type { Page } from '../../../store/knowledge-base.ts';
import type { Gap } from '../../../store/question-log.ts';
import type { Inspection, KnowledgeStats } from '../../core/command-result.ts';
import { preview } from '../../core/preview.ts';
import { textBar } from '../../core/text-bar.ts';
import { button, buttonRow } from './elements.ts';
import { fitted } from './fitted.ts';
import type { Rendered } from './rendered.ts';
import { say } from './texts.ts';

const GAP_QUESTION = 500;

export function renderList(language: Language, page: Page<FaqLine>): Rendered {
  if (page.total === 0) return { text: say(language, 'listEmpty') };
  const turn = (key: 'previousPage' | 'nextPage', p: number) =>
    p < 1 || p > page.pages ? [] : [button(say(language, key), { a: 'page', l: language, p })];
  const buttons = [...turn('previousPage', page.page - 1), ...turn('nextPage', page.page + 1)];
  return fitted({
    title: say(language, 'list', { page: page.page, pages: page.pages, total: page.total }),
    color: 'blue',
    language,
    sections: [{ lines: page.items.map(({ id, text }) => `${id}  ${text}`) }],
    footer: buttons.length > 0 ? [buttonRow(buttons)] : [],
  });
}

export function renderGaps(language: Language, gaps: readonly Gap[]): Rendered {
  if (gaps.length === 0) return { text: say(language, 'gapsEmpty') };
  return fitted({
    title: say(language, 'gaps'),
    color: 'orange',
    language,
    sections: [{ lines: gaps.map((gap) => gapLine(language, gap)) }],
    below: (index) => {
      const gap = gaps[index];
      if (!gap) return [];
      const t = preview(gap.question, GAP_QUESTION).text;
      return [button(say(language, 'answerThis'), { a: 'form', l: language, g: gap.id, t })];
    },
  });
}

function gapLine(language: Language, gap: Gap): string {
  const key = gap.count === 1 ? 'gapOnce' : 'gap';
  const wordings = gap.otherWordings.slice(0, 3).join(language === 'zh' ? '；' : '; ');
  return [
    say(language, key, { question: gap.question, count: gap.count }),
    ...(wordings === '' ? [] : [say(language, 'gapWordings', { wordings })]),
  ].join('\n');
}

export function renderStats(language: Language, stats: KnowledgeStats): Rendered {
  const share = stats.questionsThisWeek === 0 ? 0 : stats.weakThisWeek / stats.questionsThisWeek;
  const numbers = say(language, 'stats', {
    lines: stats.lines,
    questionsThisWeek: stats.questionsThisWeek,
    weakShare: `${Math.round(share * 100)}%`,
    helped: stats.helped,
    notHelped: stats.notHelped,
    questionsEver: stats.questionsEver,
    model: stats.model,
  });
  const gaps = stats.topGaps.map((gap) => gapLine(language, gap));
  return fitted({
    title: say(language, 'statsTitle'),
    color: 'blue',
    language,
    sections: [
      { lines: numbers.split('\n') },
      ...(gaps.length > 0 ? [{ title: say(language, 'topGaps'), lines: gaps }] : []),
    ],
  });
}

export function renderInspection(language: Language, inspection: Inspection): Rendered {
  const { firstValues, histogram, nearest } = inspection;
  const number = (value: number) => value.toFixed(4);
  const highest = Math.max(1, ...histogram);
  return fitted({
    title: say(language, 'inspectionTitle'),
    color: 'blue',
    language,
    sections: [
      { lines: [inspection.text] },
      {
        lines: say(language, 'inspection', {
          model: inspection.model,
          fingerprint: inspection.fingerprint,
          dimensions: inspection.dimensions,
          tokens: inspection.tokens,
          norm: number(inspection.norm),
          min: number(inspection.min),
          max: number(inspection.max),
          mean: number(inspection.mean),
          standardDeviation: number(inspection.standardDeviation),
        }).split('\n'),
      },
      {
        title: say(language, 'firstValues', { count: firstValues.length }),
        lines: chunks(firstValues.map(number), 10).map((row) => row.join('  ')),
      },
      {
        title: say(language, 'histogram'),
        lines: [histogram.map((count) => `${textBar(count / highest, 12)} ${count}`).join('\n')],
      },
      {
        title: say(language, 'nearest'),
        lines: nearest.map(
          ({ text, score }, index) =>
            `${index + 1}. ${preview(text, 120).text}\n${textBar(score)} ${number(score)}`,
        ),
      },
    ],
  });
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
