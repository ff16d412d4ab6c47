import type { LocalizedText } from '../messages/errors.ts';
import { modelMessages } from '../messages/models.ts';

/** A message about models in both languages, to stand in an error's sentence. */
export function detail(
  key: keyof typeof modelMessages.en,
  values: Readonly<Record<string, string | number>> = {},
): LocalizedText {
  const fill = (template: string) =>
    template.replace(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap));
  return { en: fill(modelMessages.en[key]), zh: fill(modelMessages.zh[key]) };
}
