import { createHash } from 'node:crypto';
import { KbError } from '../../errors.ts';
import type { BotLogger } from '../core/bot-logger.ts';
import { FeishuApiError } from './api-error.ts';
import { fits, type Rendered } from './cards/rendered.ts';
import type { FeishuApi, ReplyTarget } from './feishu-api.ts';
import { literalText } from './literal-text.ts';

/** The platform's limit of a text message is 150 KB. */
const MAX_TEXT_BYTES = 140 * 1024;

/** The `uuid` of a send: the same for every attempt of the same step of the same event, at most 50 characters. */
export function sendUuid(eventKey: string, step: string): string {
  return createHash('sha256').update(`${eventKey}\n${step}`).digest('hex').slice(0, 48);
}

/**
 * Replies with the card, or with the same content as text where the platform refuses the card.
 * Rejects with `busy` where it has to be tried again; what can never arrive is logged.
 */
export async function deliver(
  api: FeishuApi,
  logger: BotLogger,
  target: ReplyTarget,
  rendered: Rendered,
  eventKey: string,
  step: string,
): Promise<void> {
  try {
    const { card } = rendered;
    if (card && fits(card)) {
      try {
        await api.reply(target, { card }, sendUuid(eventKey, step));
        return;
      } catch (error) {
        if (!(error instanceof FeishuApiError) || error.targetGone) throw error;
        logger.warn({ code: error.code, detail: error.message }, 'Feishu refused a card; sending text');
      }
    }
    for (const [index, text] of parts(literalText(rendered.text)).entries())
      await api.reply(target, { text }, sendUuid(eventKey, `${step}-text-${index}`));
  } catch (error) {
    if (error instanceof KbError) throw error;
    logger.error({ err: error, key: eventKey }, 'A reply cannot be delivered');
  }
}

function parts(text: string): string[] {
  if (Buffer.byteLength(text) <= MAX_TEXT_BYTES) return [text];
  const found: string[] = [];
  let part = '';
  for (const line of text.split('\n')) {
    if (Buffer.byteLength(part) + Buffer.byteLength(line) > MAX_TEXT_BYTES) {
      found.push(part);
      part = '';
    }
    part += part === '' ? line : `\n${line}`;
  }
  return [...found, part];
}
