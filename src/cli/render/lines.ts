import { commandMessages } from '../../messages/commands.ts';
import { terminalMessages } from '../../messages/terminal.ts';
import type { FaqLine } from '../../store/faq-line.ts';
import type { Page } from '../../store/knowledge-base.ts';
import { formatDay } from './dates.ts';
import { hang } from './hang.ts';
import { printable } from './printable.ts';
import { say } from './say.ts';
import type { Style } from './style.ts';

/** Lines with their ids in front. */
export function renderLines(lines: readonly Pick<FaqLine, 'id' | 'text'>[], style: Style): string[] {
  return lines.flatMap(({ id, text }) =>
    hang(`${style.paint('id', printable(id))}  `, printable(text), style),
  );
}

/** A page of the list: each line with where it came from, and how to see more. */
export function renderPage(page: Page<FaqLine>, style: Style): string[] {
  const messages = commandMessages[style.language];
  if (page.total === 0) return hang('', messages.listEmpty, style);
  const { page: number, pages, total } = page;
  const rows = page.items.flatMap((line) => [
    ...renderLines([line], style),
    ...hang(
      ' '.repeat(line.id.length + 2),
      `${printable(line.source)} · ${formatDay(line.addedAt)}`,
      style,
      'faint',
    ),
  ]);
  const more = number < pages ? [say(terminalMessages[style.language].listMore, { next: number + 1 })] : [];
  return [
    style.paint('heading', say(messages.list, { page: number, pages, total })),
    ...rows,
    ...more.map((sentence) => style.paint('faint', sentence)),
  ];
}
