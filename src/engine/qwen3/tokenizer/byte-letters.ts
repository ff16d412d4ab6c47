/**
 * The letter that stands for each byte in a byte-level vocabulary (GPT-2's table): printable bytes of Latin-1 stand for
 * themselves, the others follow from U+0100 on.
 */
export function byteLetters(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    return String.fromCharCode(printable ? byte : next++);
  });
}
