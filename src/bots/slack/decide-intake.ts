import { parseCommand } from '../core/parse-message.ts';
import { actionName, OPENS_DIALOG } from './action-values.ts';
import type { Intake } from './durable-receiver.ts';
import type { Incoming } from './incoming.ts';
import { formMistake } from './submit-form.ts';

/** What is kept for the queue, what has to be served at once, and what is answered on the spot. */
export function decideIntake(incoming: Incoming): Intake {
  switch (incoming.kind) {
    case 'other':
      return { kind: 'answer' };
    case 'home':
      return { kind: 'now' };
    case 'command':
      return opensForm(incoming.text) ? { kind: 'now' } : { kind: 'keep', key: incoming.key };
    case 'action': {
      const name = actionName(incoming.actionId);
      const now = name !== undefined && OPENS_DIALOG.includes(name);
      return now ? { kind: 'now' } : { kind: 'keep', key: incoming.key };
    }
    case 'form': {
      const response = formMistake(incoming);
      return response ? { kind: 'answer', response } : { kind: 'keep', key: incoming.key };
    }
    default:
      return { kind: 'keep', key: incoming.key };
  }
}

/** `/kb add` with nothing after it: a dialog, which Slack lets open for three seconds. */
export function opensForm(text: string): boolean {
  const command = parseCommand(text);
  return command.kind === 'add' && command.lines.length === 0;
}
