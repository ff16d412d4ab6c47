import { botMention, type FeishuEvent, messageEvent } from '../../support/feishu-server/events.ts';
import type { SentMessage } from '../../support/feishu-server/feishu-server.ts';
import { type ButtonName, type ContractReply, testBot } from '../bot.contract.ts';
import { buttonOf, buttonsOf, pingsOf, shownText } from './support/read-card.ts';
import { FeishuWorld } from './support/start-feishu.ts';

const LABELS: Readonly<Record<string, ButtonName>> = {
  Helped: 'helped',
  "Didn't help": 'not-helped',
  'Add anyway': 'add-anyway',
  'Keep the old line': 'keep-old',
  Replace: 'replace',
};

for (const transport of ['websocket', 'webhook'] as const) {
  testBot(`Feishu by ${transport}`, async (options) => {
    const world = await FeishuWorld.start({ transport, home: 'en', ...options });
    const seen = new Map<ContractReply, SentMessage>();
    const toasts: ContractReply[] = [];
    const deliver = async (event: FeishuEvent) => {
      const { acknowledged, answer } = await world.deliver(event);
      if (!acknowledged) throw new Error(`Not acknowledged: ${JSON.stringify(answer)}`);
    };
    return {
      engine: world.engine,
      get store() {
        return world.store;
      },
      async send(text, { user, chat } = { user: 'u1', chat: 'direct' }) {
        const event =
          chat === 'direct'
            ? messageEvent({ text, userId: user })
            : messageEvent({
                text: `@_user_1 ${text}`,
                userId: user,
                chatId: 'oc_group',
                chatType: 'group',
                mentions: [botMention],
              });
        await deliver(event);
        return event;
      },
      redeliver: (delivery) => deliver(delivery as FeishuEvent),
      async press(reply, name, user = 'u1') {
        const message = seen.get(reply);
        const label = Object.keys(LABELS).find((each) => LABELS[each] === name);
        if (!message || label === undefined) throw new Error('no such button');
        const toast = await world.press(message, buttonOf(message, label).value, { userId: user });
        toasts.push({ text: toast, buttons: [], pings: [] });
      },
      replies: () => [
        ...world.server.sent.map((message) => {
          const reply: ContractReply = {
            text: shownText(message).replaceAll('\u200b', ''),
            buttons: buttonsOf(message).flatMap(({ label }) => LABELS[label] ?? []),
            pings: pingsOf(message),
          };
          seen.set(reply, message);
          return reply;
        }),
        ...toasts,
      ],
      restart: () => world.restart(),
      close: () => world.close(),
    };
  });
}
