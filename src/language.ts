/** The two languages that every text a person reads exists in. */
export type Language = 'zh' | 'en';

const HAN = /\p{Script=Han}/u;

/**
 * The language to answer in: Chinese where the text holds any Han character, else English.
 * A mixed question ("VPN 怎么连?") is a Chinese speaker's.
 */
export function detectLanguage(text: string, fallback: Language = 'en'): Language {
  if (HAN.test(text)) return 'zh';
  return /\p{L}/u.test(text) ? 'en' : fallback;
}
