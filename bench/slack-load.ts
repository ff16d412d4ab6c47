/**
 * How long Slack waits for an acknowledgement while 200 questions arrive at once: the bot on Bolt, the real store and
 * the builtin model against a local server that speaks Slack's protocol. `npx tsx bench/slack-load.ts [QUESTIONS]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAssistant } from '../src/bots/core/create-assistant.ts';
import { createSlackBot } from '../src/bots/slack/create-slack-bot.ts';
import { openBuiltinEmbedder } from '../src/engine/builtin/builtin-embedder.ts';
import { openStore } from '../src/store/lance/open-store.ts';
import { APP_TOKEN, BOT_TOKEN, SIGNING_SECRET } from '../test/support/slack-server/slack-server.ts';
import { SlackWorld } from '../test/support/slack-server/slack-world.ts';

const count = Number(process.argv[2] ?? 200);
const LINES = Array.from(
  { length: 1000 },
  (_, i) => `Room ${i} is on floor ${i % 9} and seats ${(i * 7) % 40}.`,
);

async function measure(transport: 'socket' | 'http') {
  const folder = await mkdtemp(join(tmpdir(), 'slack-load-'));
  const world = new SlackWorld(transport);
  await world.open();
  const embedder = await openBuiltinEmbedder();
  const store = await openStore({ location: folder, source: embedder });
  await store.lines.add(LINES, { id: 'bench', source: 'terminal' });
  const bot = createSlackBot({
    assistant: createAssistant({
      embedder,
      store,
      config: { topK: 5, lowConfidence: 0.4, editors: ['*'] },
    }),
    inbox: store.inbox,
    config: {
      botToken: BOT_TOKEN,
      apiUrl: world.slack.apiUrl,
      ...(transport === 'socket' ? { appToken: APP_TOKEN } : { signingSecret: SIGNING_SECRET }),
    },
  });
  world.mount(bot.routes);
  await bot.start();
  await world.deliver(world.direct('U0', 'warm up'));

  const started = performance.now();
  const waits = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const question = world.mention(`U${i % 50}`, `C${i % 10}`, `where is room ${i}?`);
      const sent = performance.now();
      const { ok } = await world.deliver(question);
      return ok ? performance.now() - sent : Number.POSITIVE_INFINITY;
    }),
  );
  while (world.slack.messages.length < count + 1) await new Promise((resolve) => setTimeout(resolve, 5));
  const total = performance.now() - started;
  await bot.stop();
  const threads = new Set(world.slack.messages.map(({ thread }) => thread));
  await store.close();
  await embedder.close();
  await world.close();
  await rm(folder, { recursive: true, force: true });

  waits.sort((a, b) => a - b);
  const percentile = (share: number) => waits[Math.ceil(waits.length * share) - 1]?.toFixed(0);
  return {
    transport,
    questions: count,
    'ack p50 (ms)': percentile(0.5),
    'ack p99 (ms)': percentile(0.99),
    'all answered (ms)': total.toFixed(0),
    'answers, each once': world.slack.messages.length === count + 1 && threads.size === count + 1,
  };
}

console.table([await measure('socket'), await measure('http')]);
