import type { Assistant } from '../../bots/core/assistant.ts';
import type { Bot } from '../../bots/core/bot.ts';
import type { Config } from '../../config/schema.ts';
import type { App } from '../compose.ts';

/** Begins to read the libraries of the surfaces that are set up. */
export function preloadSurfaces(config: Config): Promise<unknown>[] {
  return [
    import('../../web/create-web-server.ts'),
    ...(config.SLACK_BOT_TOKEN === undefined ? [] : [import('../../bots/slack/create-slack-bot.ts')]),
    ...(config.FEISHU_APP_ID === undefined ? [] : [import('../../bots/feishu/create-feishu-bot.ts')]),
  ];
}

/** The bots that are set up, their answers counted by `counted`. Their libraries are loaded only then, so that a start without them is quick. */
export async function openBots(
  { config, assistant, store, logger }: App,
  counted: (assistant: Assistant, surface: Bot['name']) => Assistant,
): Promise<Bot[]> {
  const { inbox } = store;
  const bots: Bot[] = [];
  if (config.SLACK_BOT_TOKEN !== undefined) {
    const { createSlackBot } = await import('../../bots/slack/create-slack-bot.ts');
    const slack = {
      botToken: config.SLACK_BOT_TOKEN,
      appToken: config.SLACK_APP_TOKEN,
      signingSecret: config.SLACK_SIGNING_SECRET,
      apiUrl: config.SLACK_API_URL,
    };
    bots.push(
      createSlackBot({
        assistant: counted(assistant, 'slack'),
        inbox,
        config: slack,
        logger: logger.child({ bot: 'slack' }),
      }),
    );
  }
  if (config.FEISHU_APP_ID !== undefined && config.FEISHU_APP_SECRET !== undefined) {
    const { createFeishuBot } = await import('../../bots/feishu/create-feishu-bot.ts');
    const feishu = {
      appId: config.FEISHU_APP_ID,
      appSecret: config.FEISHU_APP_SECRET,
      domain: config.FEISHU_DOMAIN,
      transport: config.FEISHU_TRANSPORT,
      encryptKey: config.FEISHU_ENCRYPT_KEY,
      verificationToken: config.FEISHU_VERIFICATION_TOKEN,
    };
    bots.push(
      createFeishuBot({
        assistant: counted(assistant, 'feishu'),
        inbox,
        config: feishu,
        logger: logger.child({ bot: 'feishu' }),
      }),
    );
  }
  return bots;
}
