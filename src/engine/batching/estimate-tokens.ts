const ASCII_PER_TOKEN = 3.5;
const OTHERS_PER_TOKEN = 1.4;

/** About how many tokens a text has, without splitting it: enough to sort texts and to fill a batch. */
export function estimateTokens(text: string, maxTokens: number): number {
  let ascii = 0;
  // Text beyond the model's length is cut, so there is no need to look at it.
  const end = Math.min(text.length, maxTokens * 8);
  for (let i = 0; i < end; i++) if (text.charCodeAt(i) < 128) ascii++;
  const tokens = ascii / ASCII_PER_TOKEN + (end - ascii) / OTHERS_PER_TOKEN;
  return Math.min(maxTokens, Math.max(1, Math.ceil(tokens)));
}
