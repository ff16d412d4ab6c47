import { showAdded } from './added.js';
import { call } from './api.js';
import { byId } from './dom.js';
import { wireForm } from './form.js';
import { showInspection } from './inspection.js';
import { drawRadar } from './radar.js';
import { showEmpty, showResults } from './results.js';
import { applyTexts, switchLanguage, text } from './texts.js';

const threshold = Number(byId('radar').dataset.threshold);
/** What is shown now, to show it again in the other language. */
const shown = { state: undefined, answer: undefined, inspection: undefined, added: undefined };

const ask = wireForm({
  name: 'ask',
  field: 'question',
  empty: 'needQuestion',
  running: 'asking',
  async work(query, signal) {
    shown.answer = await call('POST', '/search', { query }, signal);
    render();
  },
});

wireForm({
  name: 'add',
  field: 'new-lines',
  empty: 'needLine',
  running: 'adding',
  async work(value) {
    const lines = value.split(/\r\n|[\n\r\u2028\u2029]/).filter((line) => line.trim() !== '');
    shown.added = await call('POST', '/lines', { lines });
    // What was refused stays, to be mended.
    byId('new-lines').value = shown.added.rejected.map((line) => line.text).join('\n');
    if (shown.answer?.matches.length === 0) shown.answer = undefined;
    await loadState();
    render();
  },
});

const inspect = wireForm({
  name: 'inspect',
  field: 'inspect-text',
  empty: 'needText',
  running: 'inspecting',
  async work(value, signal) {
    shown.inspection = await call('POST', '/inspect', { text: value }, signal);
    showInspection(shown.inspection);
  },
});

async function inspectLine(line) {
  inspect.input.value = line;
  byId('inspect-card').scrollIntoView({ block: 'start' });
  byId('inspect-heading').focus({ preventScroll: true });
  await inspect.submit();
}

async function loadState() {
  const [lines, models] = await Promise.all([call('GET', '/lines?pageSize=1'), call('GET', '/v1/models')]);
  shown.state = { lines: lines.total, model: models.data[0].id };
}

function render() {
  const { state, answer, inspection, added } = shown;
  if (state) byId('state').textContent = text(state.lines === 1 ? 'stateOne' : 'state', state);
  document.body.classList.toggle('has-answer', Boolean(answer?.matches.length));
  document.body.classList.toggle('has-no-lines', state?.lines === 0);
  if (answer) showResults(answer, inspectLine);
  else if (state?.lines === 0) showEmpty();
  else byId('results').replaceChildren();
  drawRadar(answer?.matches ?? [], answer?.threshold ?? threshold);
  if (inspection) showInspection(inspection);
  if (added) showAdded(added);
}

byId('language').addEventListener('click', () => {
  switchLanguage();
  render();
});

applyTexts();
render();
ask.input.focus({ preventScroll: true });
try {
  await loadState();
  render();
} catch (error) {
  byId('ask-problem').textContent = error.message;
}
