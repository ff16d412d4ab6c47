/**
 * Marks, and two letters, that Unicode 10 to 17 added. Node orders and composes them; the reference's tables end before
 * them and leave them where they are, so a text is composed on either side of each and not across it.
 */
const NEWER = [
  '\\u{7fd}\\u{897}-\\u{89f}\\u{8ca}-\\u{8d3}\\u{9fe}\\u{c3c}\\u{d3b}\\u{d3c}\\u{eba}\\u{1715}\\u{1abf}-\\u{1add}',
  '\\u{1ae0}-\\u{1aeb}\\u{1df6}-\\u{1dfa}\\u{a82c}\\u{10d24}-\\u{10d27}\\u{10d69}-\\u{10d6d}\\u{10eab}\\u{10eac}',
  '\\u{10efa}\\u{10efb}\\u{10efd}-\\u{10eff}\\u{10f46}-\\u{10f50}\\u{10f82}-\\u{10f85}\\u{105d2}\\u{105da}',
  '\\u{11070}\\u{1133b}\\u{113b8}\\u{113bb}\\u{113c2}\\u{113c9}\\u{113ce}-\\u{113d0}\\u{1145e}\\u{11839}\\u{1183a}\\u{11930}\\u{1193d}\\u{1193e}',
  '\\u{11943}\\u{119e0}\\u{11a34}\\u{11a47}\\u{11a99}\\u{11d42}\\u{11d44}\\u{11d45}\\u{11d97}\\u{11f41}\\u{11f42}',
  '\\u{1611e}-\\u{16129}\\u{1612f}\\u{16d63}\\u{16d67}\\u{16ff0}\\u{16ff1}\\u{1e08f}\\u{1e130}-\\u{1e136}\\u{1e2ae}',
  '\\u{1e2ec}-\\u{1e2ef}\\u{1e4ec}-\\u{1e4ef}\\u{1e5ee}\\u{1e5ef}\\u{1e6e3}\\u{1e6e6}\\u{1e6ee}\\u{1e6ef}\\u{1e6f5}',
].join('');

/** Honest text has a few marks on one character, ornaments some dozens. */
const APART = new RegExp(`(\\p{M}{128}|[${NEWER}])`, 'u');

/**
 * Unicode's form NFC, as the reference has it. Putting the marks of one character into order takes the square of their
 * number, which a text of nothing but marks would turn into minutes; so more than 128 are composed 128 at a time.
 */
export function compose(text: string): string {
  if (!APART.test(text)) return text.normalize('NFC');
  return text
    .split(APART)
    .map((part) => part.normalize('NFC'))
    .join('');
}
