import type { SlackContext } from './slack-context.ts';
import { homeView } from './views.ts';

/** Brings a person's home tab up to date. A home tab that cannot be shown is logged and no more. */
export async function publishHome(context: SlackContext, user: string): Promise<void> {
  try {
    const [stats, language] = await Promise.all([context.assistant.stats(), context.people.languageOf(user)]);
    await context.client.views.publish({ user_id: user, view: homeView(stats, language) });
  } catch (error) {
    context.logger.warn({ err: error }, 'Slack: the home tab could not be shown');
  }
}
