import stringWidth from 'string-width';
import type { Card, CardElement } from '../../../src/bots/feishu/cards/card.ts';

/** Columns of a line of text in the picture; a Chinese character takes two. */
const COLUMNS = 66;
const WIDTH = 560;
const ROW = 22;
const COLORS: Readonly<Record<string, string>> = {
  green: '#2ea121',
  orange: '#de7802',
  grey: '#8f959e',
  blue: '#245bdb',
  default: '#1f2329',
};

/** A sketch of how the app shows a card, as SVG: for the documentation. */
export function drawCard(card: Card): string {
  const parts: string[] = [];
  const header = COLORS[card.header.template] ?? COLORS.default;
  let y = 40;
  const text = (content: string, color: string, size: number, x = 20) => {
    for (const line of content.split('\n').flatMap(wrap)) {
      parts.push(
        `<text x="${x}" y="${y}" font-size="${size}" fill="${color}" xml:space="preserve">${escapeXml(line)}</text>`,
      );
      y += ROW;
    }
  };
  text(card.header.title.content, '#fff', 16);
  if (card.header.subtitle) text(card.header.subtitle.content, '#ffffffcc', 13);
  const headerHeight = y - 8;
  y += 14;
  const draw = (element: CardElement, x = 20): void => {
    const { tag } = element;
    if (tag === 'div') {
      const { content, text_color = 'default', text_size } = element.text as Record<string, string>;
      text(content ?? '', COLORS[text_color] ?? '#1f2329', text_size === 'notation' ? 12 : 14, x);
    } else if (tag === 'hr') {
      parts.push(`<line x1="20" x2="${WIDTH - 20}" y1="${y - 12}" y2="${y - 12}" stroke="#dee0e3"/>`);
      y += 8;
    } else if (tag === 'column_set') row(element.columns as { elements: CardElement[] }[]);
    else if (tag === 'button') {
      box(element, x);
      y += 38;
    } else if (tag === 'collapsible_panel')
      text(`▸ ${(element.header as { title: { content: string } }).title.content}`, '#646a73', 13, x);
    else if (tag === 'form') for (const each of element.elements as CardElement[]) draw(each, x);
    else if (tag === 'input') {
      text((element.label as { content: string }).content, '#1f2329', 13, x);
      parts.push(
        `<rect x="20" y="${y - 14}" width="${WIDTH - 40}" height="84" rx="6" fill="none" stroke="#bbbfc4"/>`,
      );
      y += 10;
      text((element.placeholder as { content: string }).content, '#8f959e', 13, 32);
      y += 62;
    }
  };
  const row = (columns: { elements: CardElement[] }[]) => {
    let x = 20;
    for (const { elements } of columns) for (const element of elements) x += box(element, x) + 8;
    y += 38;
  };
  const box = (element: CardElement, x: number): number => {
    const label = (element.text as { content: string }).content;
    const width = stringWidth(label) * 7.2 + 28;
    const primary = element.type === 'primary';
    const color = element.type === 'danger' ? '#d83931' : primary ? '#fff' : '#1f2329';
    parts.push(
      `<rect x="${x}" y="${y - 14}" width="${width}" height="30" rx="6" fill="${primary ? '#245bdb' : '#fff'}" stroke="${primary ? '#245bdb' : '#bbbfc4'}"/>`,
      `<text x="${x + 14}" y="${y + 6}" font-size="14" fill="${color}">${escapeXml(label)}</text>`,
    );
    return width;
  };
  for (const element of card.body.elements) draw(element);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" font-family="sans-serif">`,
    `<rect width="${WIDTH}" height="${y}" rx="10" fill="#fff" stroke="#dee0e3"/>`,
    `<path d="M0 ${headerHeight}V10Q0 0 10 0H${WIDTH - 10}Q${WIDTH} 0 ${WIDTH} 10V${headerHeight}Z" fill="${header}"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function wrap(line: string): string[] {
  const rows = [''];
  for (const { segment } of new Intl.Segmenter('und').segment(line)) {
    const row = rows.at(-1) ?? '';
    if (stringWidth(row + segment) > COLUMNS) rows.push(segment);
    else rows[rows.length - 1] = row + segment;
  }
  return rows;
}

const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
