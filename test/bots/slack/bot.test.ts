import { escapeSlackText } from '../../../src/bots/slack/slack-text.ts';
import { pings, visibleButtons } from '../../support/slack-server/read-message.ts';
import type { SeenMessage } from '../../support/slack-server/slack-server.ts';
import type { Delivery } from '../../support/slack-server/slack-world.ts';
import { type ButtonName, type ContractReply, testBot } from '../bot.contract.ts';
import { openStage, read } from './support/slack-stage.ts';

const BUTTONS: Readonly<Record<ButtonName, string>> = {
  helped: 'feedback_helped',
  'not-helped': 'feedback_not_helped',
  'add-anyway': 'add_anyway',
  'keep-old': 'keep_old',
  replace: 'replace_old',
};

for (const transport of ['socket', 'http'] as const) {
  testBot(`Slack by ${transport}`, async (options) => {
    const stage = await openStage({ transport, ...options });
    const { world } = stage;
    const seen = new Map<ContractReply, SeenMessage>();
    return {
      engine: stage.engine,
      store: stage.store,
      async send(text, { user, chat } = { user: 'u1', chat: 'direct' }) {
        const escaped = escapeSlackText(text);
        const delivery = chat === 'direct' ? world.direct(user, escaped) : world.mention(user, 'C1', escaped);
        await stage.say(delivery);
        return delivery;
      },
      redeliver: (delivery) => stage.say(delivery as Delivery),
      async press(reply, name, user = 'u1') {
        const message = seen.get(reply);
        await stage.say(world.press(user, world.button(message, BUTTONS[name]), message));
      },
      replies: () =>
        world.slack.messages.map((message) => {
          const ids = visibleButtons(message.blocks).map(({ actionId }) => actionId.replace(/:\d+$/, ''));
          const reply: ContractReply = {
            text: read(message),
            buttons: ids.flatMap((id) =>
              Object.entries(BUTTONS).flatMap(([name, own]) => (own === id ? [name as ButtonName] : [])),
            ),
            pings: pings(message.text, message.blocks),
          };
          seen.set(reply, message);
          return reply;
        }),
      restart: () => stage.restart(),
      close: () => stage.close(),
    };
  });
}
