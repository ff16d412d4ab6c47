import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 over timestamp, nonce, encrypt key and the body's bytes as they came. */
export function webhookSignature(timestamp: string, nonce: string, encryptKey: string, body: Buffer): string {
  return createHash('sha256').update(`${timestamp}${nonce}${encryptKey}`).update(body).digest('hex');
}

/** Compares without telling by its duration how much is right. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** AES-256-CBC under SHA-256 of the encrypt key, the first 16 bytes being the IV. Throws on another key's text. */
export function decryptEvent(encrypted: string, encryptKey: string): string {
  const bytes = Buffer.from(encrypted, 'base64');
  const key = createHash('sha256').update(encryptKey).digest();
  const decipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(0, 16));
  return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString('utf8');
}
