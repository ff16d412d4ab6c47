import type { Language } from '../language.ts';
import { pageMessages } from '../messages/page.ts';

/**
 * The page's HTML in a language: every `{{key}}` becomes its message or value. The elements also carry their key, with which
 * the page's script does the same when the language is switched.
 */
export function fillPage(html: string, language: Language, values: Readonly<Record<string, string>>): string {
  const texts: Readonly<Record<string, string>> = { ...pageMessages[language], ...values };
  return html
    .replace('<html lang="en">', `<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">`)
    .replace(/\{\{(\w+)\}\}/g, (gap, key: string) => escapeHtml(texts[key] ?? gap));
}

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);
