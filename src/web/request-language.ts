import type { Context } from 'hono';
import type { Language } from '../language.ts';
import type { AppEnv } from './app-env.ts';

/** The asker's language: that of the text they sent where it is known, else of `Accept-Language`, else English. */
export function requestLanguage(c: Context<AppEnv>): Language {
  return c.get('language') ?? acceptedLanguage(c.req.header('accept-language'));
}

/** The first of Chinese and English in the order of an `Accept-Language` header's weights; English without one. */
export function acceptedLanguage(header: string | undefined): Language {
  const ranked = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { language: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ language, weight }) => (language === 'zh' || language === 'en') && weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return ranked[0]?.language === 'zh' ? 'zh' : 'en';
}
