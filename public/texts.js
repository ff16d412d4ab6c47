import { messages } from './messages.js';

const STORED = 'language';

/** The page's language now: the one chosen here before, else the one it was served in. */
let language = localStorage.getItem(STORED) ?? (document.documentElement.lang.startsWith('zh') ? 'zh' : 'en');
if (!(language in messages)) language = 'en';

export const currentLanguage = () => language;

/** A message in the page's language, with its gaps filled. */
export function text(key, values = {}) {
  return messages[language][key].replace(/\{(\w+)\}/g, (gap, name) => String(values[name] ?? gap));
}

/** Puts every fixed text of the page into the current language. */
export function applyTexts() {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  for (const element of document.querySelectorAll('[data-text]')) {
    element.textContent = text(element.dataset.text);
  }
  for (const element of document.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', text(element.dataset.label));
  }
  for (const element of document.querySelectorAll('[data-placeholder]')) {
    element.placeholder = text(element.dataset.placeholder);
  }
}

export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  localStorage.setItem(STORED, language);
  applyTexts();
}
