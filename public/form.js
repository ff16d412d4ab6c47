import { byId } from './dom.js';
import { text } from './texts.js';

/**
 * A form whose work can be overtaken: sending it again stops what is still running, so that the last answer wins.
 * `work(value, signal)` does it; what it throws is shown under the form.
 */
export function wireForm({ name, field, empty, running, work }) {
  const form = byId(name);
  const input = byId(field);
  const button = byId(`${name}-button`);
  const problem = byId(`${name}-problem`);
  let current;

  async function submit() {
    current?.abort();
    const value = input.value.trim();
    problem.textContent = value === '' ? text(empty) : '';
    input.toggleAttribute('aria-invalid', value === '');
    if (value === '') {
      input.focus();
      return;
    }
    const mine = new AbortController();
    current = mine;
    button.textContent = text(running);
    form.setAttribute('aria-busy', 'true');
    try {
      await work(value, mine.signal);
    } catch (error) {
      if (current === mine && error.name !== 'AbortError') problem.textContent = error.message;
    } finally {
      if (current === mine) {
        current = undefined;
        button.textContent = text(button.dataset.text);
        form.removeAttribute('aria-busy');
      }
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  return { submit, input };
}
