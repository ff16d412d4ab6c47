import { byId, fraction, html, score } from './dom.js';
import { text } from './texts.js';

/** Shows an answer as a list, best first. `onInspect(text)` is called for "what is behind it". */
export function showResults(answer, onInspect) {
  const target = byId('results');
  if (answer.matches.length === 0) {
    target.replaceChildren(emptyNotice());
    byId('results-status').textContent = text('emptyHeading');
    return;
  }
  const count = answer.matches.length;
  const found = text(count === 1 ? 'resultsCountOne' : 'resultsCount', { count });
  byId('results-status').textContent = answer.lowConfidence ? `${text('weakWarning')} ${found}` : found;
  const asked = html('p', 'asked', text('resultsFor', { question: answer.query }));
  const list = html('ol', 'matches');
  for (const [index, match] of answer.matches.entries()) {
    list.append(matchItem(match, index + 1, answer.threshold, onInspect));
  }
  const legend = html('p', 'legend', text('threshold', { score: answer.threshold }));
  const warning = answer.lowConfidence ? [weakNotice()] : [];
  target.replaceChildren(...warning, asked, list, legend);
}

/** Explains the first step while there are no lines. */
export function showEmpty() {
  byId('results').replaceChildren(emptyNotice());
}

function matchItem(match, rank, threshold, onInspect) {
  const line = html('p', 'line', match.text);
  line.dir = 'auto';
  const value = html('span', 'score', html('span', 'unseen', `${text('similarity')} `), score(match.score));
  const bar = html('span', 'bar', html('span', 'fill'), html('span', 'mark'));
  bar.setAttribute('aria-hidden', 'true');
  bar.firstChild.style.width = `${fraction(match.score) * 100}%`;
  bar.lastChild.style.left = `${fraction(threshold) * 100}%`;
  const inspect = html('button', 'quiet', text('inspectLine'));
  inspect.type = 'button';
  inspect.addEventListener('click', () => onInspect(match.text));
  const facts = html('div', 'facts', value, bar);
  const mark = match.lowConfidence ? [html('span', 'weak-mark', text('weak'))] : [];
  const origin = html('div', 'origin', ...mark, html('span', 'source', match.source), inspect);
  const number = html('span', 'rank', String(rank));
  number.setAttribute('aria-hidden', 'true');
  return html(
    'li',
    match.lowConfidence ? 'match weak' : 'match',
    number,
    html('div', 'body', line, facts, origin),
  );
}

function weakNotice() {
  return html(
    'div',
    'notice',
    html('strong', '', text('weakWarning')),
    ' ',
    html('span', '', text('weakWarningDetail')),
  );
}

function emptyNotice() {
  const action = html('button', 'primary', text('emptyAction'));
  action.type = 'button';
  action.addEventListener('click', () => byId('new-lines').focus());
  return html(
    'div',
    'empty',
    html('h3', '', text('emptyHeading')),
    html('p', '', text('emptyDetail')),
    action,
  );
}
