/** A text cut for display. */
export interface Preview {
  readonly text: string;
  readonly cut: boolean;
}

/** Longer graphemes than this are cut after all. */
const MOST_UNITS = 100;

let graphemes: Intl.Segmenter | undefined;

/**
 * The beginning of a text, at most `limit` UTF-16 units with the `…` that marks the cut. Never cuts through an emoji
 * or a letter with its marks, however they are composed.
 */
export function preview(text: string, limit: number): Preview {
  if (text.length <= limit) return { text, cut: false };
  let kept = '';
  // Making a segmenter takes longer than a thousand cuts.
  graphemes ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  for (const { segment } of graphemes.segment(text.slice(0, limit + MOST_UNITS))) {
    if (kept.length + segment.length > limit - 1) break;
    kept += segment;
  }
  return { text: `${kept.trimEnd()}…`, cut: true };
}
