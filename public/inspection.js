import { byId, html, svg } from './dom.js';
import { text } from './texts.js';

const WIDTH = 400;
const HEIGHT = 96;

/** Shows what is behind a text's vector. */
export function showInspection(inspection) {
  const { firstValues, histogram, dimensions, min, max } = inspection;
  const number = (value) => value.toFixed(4);
  const facts = html('dl', 'numbers');
  const rows = [
    ['model', inspection.model],
    ['dimensions', dimensions],
    ['tokens', inspection.tokens],
    ['norm', number(inspection.norm)],
    ['mean', number(inspection.mean)],
    ['standardDeviation', number(inspection.standardDeviation)],
  ];
  for (const [key, value] of rows) {
    facts.append(html('div', '', html('dt', '', text(key)), html('dd', '', String(value))));
  }
  const count = firstValues.length;
  const range = { min: number(min), max: number(max) };
  byId('inspect-outcome').replaceChildren(
    html('p', 'inspected', inspection.text),
    facts,
    chart(
      text('firstValues', { count, dimensions }),
      text('firstValuesLabel', {
        count,
        min: number(Math.min(...firstValues)),
        max: number(Math.max(...firstValues)),
      }),
      valueBars(firstValues),
    ),
    chart(
      text('histogram'),
      text('histogramLabel', { ...range, count: Math.max(...histogram) }),
      histogramBars(histogram),
      html('div', 'axis', html('span', '', range.min), html('span', '', range.max)),
    ),
  );
}

function chart(title, label, bars, ...below) {
  const drawing = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label },
    ...bars,
  );
  return html('figure', 'chart', html('figcaption', '', title), drawing, ...below);
}

/** One bar a value, up for positive, down for negative ones. */
function valueBars(values) {
  const largest = Math.max(...values.map(Math.abs)) || 1;
  const step = WIDTH / values.length;
  const middle = HEIGHT / 2;
  const bars = values.map((value, index) => {
    const height = (Math.abs(value) / largest) * (middle - 2);
    return svg('rect', {
      x: index * step + step * 0.15,
      y: value >= 0 ? middle - height : middle,
      width: step * 0.7,
      height,
      rx: 1,
      class: value >= 0 ? 'up' : 'down',
    });
  });
  return [...bars, svg('line', { x1: 0, x2: WIDTH, y1: middle, y2: middle, class: 'zero' })];
}

function histogramBars(counts) {
  const largest = Math.max(...counts) || 1;
  const step = WIDTH / counts.length;
  return counts.map((count, index) => {
    const height = (count / largest) * (HEIGHT - 4);
    return svg('rect', {
      x: index * step + 1,
      y: HEIGHT - height,
      width: step - 2,
      height,
      rx: 1.5,
      class: 'up',
    });
  });
}
