import { text } from './texts.js';

const STORED = 'api-key';

/** The API key of this tab; null before it was entered. */
export const storedKey = () => sessionStorage.getItem(STORED);

let asking;

/** Asks for the key, once for all calls that wait for it. `refused` is the key that was just not accepted. */
export function askForKey(refused) {
  if (refused !== storedKey()) return Promise.resolve();
  asking ??= openDialog(refused !== null).finally(() => {
    asking = undefined;
  });
  return asking;
}

/** What an HTTP header can carry; anything else cannot be the key. */
const PRINTABLE = /^[\x21-\x7e]+$/;

function openDialog(wasWrong) {
  const dialog = document.getElementById('key-dialog');
  const input = document.getElementById('key');
  const problem = document.getElementById('key-problem');
  problem.textContent = wasWrong ? text('keyWrong') : '';
  input.value = '';
  // Without the key the page can do nothing: Escape does not close the question.
  dialog.oncancel = (event) => event.preventDefault();
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => {
      const key = input.value.trim();
      if (!PRINTABLE.test(key)) {
        problem.textContent = key === '' ? '' : text('keyWrong');
        dialog.showModal();
        return;
      }
      sessionStorage.setItem(STORED, key);
      resolve();
    };
  });
}
