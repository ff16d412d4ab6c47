import { createHash } from 'node:crypto';

/**
 * A table-safe name for vectors made in one way: readable letters of the model's name, then 12 hex digits of a SHA-256
 * over every fact given. Equal facts give equal fingerprints on every machine.
 */
export function fingerprint(model: string, facts: readonly (string | number)[]): string {
  const readable = model
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const digest = createHash('sha256')
    .update(JSON.stringify([model, ...facts]))
    .digest('hex');
  return [readable, digest.slice(0, 12)].filter(Boolean).join('-');
}
