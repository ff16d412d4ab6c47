import { byId, html } from './dom.js';
import { text } from './texts.js';

/** Shows what became of each line that was to be added. */
export function showAdded(result) {
  byId('add-outcome').replaceChildren(
    ...group('added', 'good', result.added),
    ...group('duplicate', 'same', result.duplicates),
    ...group('rejected', 'bad', result.rejected),
  );
}

function group(title, className, lines) {
  if (lines.length === 0) return [];
  const list = html('ul', '');
  for (const line of lines) {
    const item = html('li', '', html('span', 'line', shorten(line.text)));
    if (line.message) item.append(html('span', 'why', line.message));
    list.append(item);
  }
  return [html('div', `outcome ${className}`, html('h3', '', text(title)), list)];
}

const SHOWN = 200;
const shorten = (line) => {
  const characters = [...line];
  return characters.length > SHOWN ? `${characters.slice(0, SHOWN).join('')}…` : line;
};
