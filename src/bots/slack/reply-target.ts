import type { Pressed } from './press-button.ts';
import type { ReplyTarget } from './reply.ts';

/** Where the answer to a pressed button goes: to the one who pressed it alone, where the button stands. */
export function replyToPresser({ user, channel, thread, responseUrl }: Pressed): ReplyTarget {
  return { user, channel, thread, responseUrl, private: true };
}
