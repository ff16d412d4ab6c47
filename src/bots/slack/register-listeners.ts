import type { App } from '@slack/bolt';
import { KbError } from '../../errors.ts';
import { detectLanguage } from '../../language.ts';
import type { Job } from '../core/job.ts';
import { answerIncoming, targetOf } from './answer-incoming.ts';
import { opensForm } from './decide-intake.ts';
import { ADD_FORM, type Incoming, LOOK_UP } from './incoming.ts';
import { openAddForm, openDialog } from './open-dialog.ts';
import { pressButton } from './press-button.ts';
import { publishHome } from './publish-home.ts';
import type { SlackContext } from './slack-context.ts';
import { submitForm } from './submit-form.ts';

/** Any command of the app, however the manifest calls it. */
const ANY = /[\s\S]*/u;

/**
 * Registers the bot's listeners with Bolt. They get kept events from the queue (already acknowledged, with their
 * job in the context) and the others directly from Slack.
 */
export function registerListeners(app: App, context: SlackContext, read: (body: unknown) => Incoming): void {
  /** Bolt's own error handling would swallow what the queue has to know. */
  app.error(async (error) => {
    throw error;
  });

  const answer = async (args: { body: unknown; context: object }) => {
    const incoming = read(args.body);
    if (incoming.kind === 'message' || incoming.kind === 'shortcut' || incoming.kind === 'command')
      await answerIncoming(context, incoming, jobOf(args.context));
  };
  app.event('app_mention', answer);
  app.event('message', answer);
  app.shortcut(LOOK_UP, async (args) => {
    await args.ack();
    await answer(args);
  });
  app.command(ANY, async (args) => {
    await args.ack();
    const incoming = read(args.body);
    if (incoming.kind !== 'command') return;
    if (!opensForm(incoming.text)) return answer(args);
    await openAddForm(context, targetOf(incoming), incoming.trigger, detectLanguage(incoming.text));
  });
  app.action(ANY, async (args) => {
    await args.ack();
    const incoming = read(args.body);
    if (incoming.kind !== 'action') return;
    if ('job' in args.context) await pressButton(context, incoming, jobOf(args.context));
    else await openDialog(context, incoming);
  });
  app.view(ADD_FORM, async (args) => {
    await args.ack();
    const incoming = read(args.body);
    if (incoming.kind === 'form') await submitForm(context, incoming, jobOf(args.context));
  });
  app.event('app_home_opened', async (args) => {
    const incoming = read(args.body);
    if (incoming.kind === 'home') await publishHome(context, incoming.user);
  });
}

function jobOf(context: object): Job {
  if ('job' in context) return context.job as Job;
  throw new KbError('internal');
}
