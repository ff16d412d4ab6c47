const CONTROL_PICTURES = 0x2400;

/**
 * A text that is safe to print: what somebody wrote into a line or a question cannot move the cursor, colour the
 * screen, ring the bell or turn the direction of the text around. Control characters become visible (`␛`), line
 * breaks and tabs a space; directional overrides are dropped. Everything else stays, emoji and any script included.
 */
export function printable(text: string): string {
  return text
    .replace(/[\t\n\r\v\f\u0085\u2028\u2029]+/g, ' ')
    .replace(/[\u202A-\u202E\u2066-\u2069]/g, '')
    .replace(/\p{Cc}/gu, (control) => {
      const code = control.codePointAt(0) ?? 0;
      if (code === 0x7f) return '␡';
      return code < 0x20 ? String.fromCodePoint(CONTROL_PICTURES + code) : '�';
    });
}
