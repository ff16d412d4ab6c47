import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPrompt } from '../../src/cli/chat/prompt.ts';
import { type ChatSession, createChatSession } from '../../src/cli/chat/session.ts';
import { type App, openApp } from '../../src/cli/compose.ts';
import { createStyle } from '../../src/cli/render/style.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { createLogger } from '../../src/log.ts';
import { FakeScreen } from './fake-io.ts';

let folder: string;
let app: App;
let session: ChatSession;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kb-chat-'));
  const config = loadConfig({
    env: { KB_DATA: join(folder, 'data'), KB_KNOWLEDGE: join(folder, 'none') },
    envFile: join(folder, '.env'),
  });
  app = await openApp({ config, logger: createLogger({ level: 'silent' }) });
});

afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

beforeEach(() => {
  session = createChatSession({ assistant: app.assistant, style: () => createStyle(), language: 'en' });
});

afterEach(async () => {
  const { items } = await app.store.lines.list({ pageSize: 100 });
  for (const { id } of items) await app.store.lines.remove(id, { id: 'cleaner', source: 'terminal' });
});

const say = async (input: string) => (await session.reply(input)).rows.join('\n');
const stored = async () => (await app.store.lines.list()).items.map(({ text }) => text).sort();

describe('a conversation', () => {
  it('begins with an empty knowledge base, fills it and asks it', async () => {
    expect(await say('anything there?')).toContain('There is nothing here yet');
    expect(await say('/kb add Lunch is at noon.')).toMatch(/^\+ Added\n {2}\w{12} {2}Lunch is at noon\.$/);
    expect(await say('When is lunch?')).toContain('Lunch is at noon.');
    expect(await say('kb help')).toContain('/kb undo');
    expect(await say('/kb lsit')).toContain('There is no command “lsit”');
    expect(await say('   ')).toBe('');
  });

  it('answers in the language of each input, and keeps it for commands without words', async () => {
    expect(await say('/kb add 食堂在二楼。')).toContain('已添加');
    expect(await say('/kb list')).toContain('第 1 页');
    await say('Where do we eat?');
    expect(await say('/kb list')).toContain('Lines, page 1 of 1');
  });

  it('collects the lines of an add without any, until an empty line', async () => {
    expect(await say('/kb add')).toBe('Write the lines, one a line; an empty line ends.');
    expect(session.prompt).toBe('+ ');
    expect(await say('The door code is on the intranet.')).toBe('');
    expect(await say('Badges open the garage.\n/kb list is a command\n')).toContain('+ Added');
    expect(session.prompt).toBe('> ');
    expect(await stored()).toEqual([
      '/kb list is a command',
      'Badges open the garage.',
      'The door code is on the intranet.',
    ]);
    await say('/kb add');
    expect(await say('')).toBe('Nothing was added.');
  });

  it('takes several pasted lines as several lines', async () => {
    await say('/kb add The printer is on floor 3.\nThe scanner is on floor 4.');
    expect(await stored()).toEqual(['The printer is on floor 3.', 'The scanner is on floor 4.']);
  });

  it.each([
    ['a', ['Lunch is at noon in the canteen!', 'Lunch is at noon in the canteen.']],
    ['k', ['Lunch is at noon in the canteen.']],
    ['替换', ['Lunch is at noon in the canteen!']],
    ['Something else entirely?', ['Lunch is at noon in the canteen.']],
  ])('asks what to do with a line that is nearly there: %s', async (choice, left) => {
    await say('/kb add Lunch is at noon in the canteen.');
    const question = await say('/kb add Lunch is at noon in the canteen!');
    expect(question).toContain('Nearly the same is there already');
    expect(question).toContain('(a)');
    await say(choice);
    expect(await stored()).toEqual(left);
    // The question is asked once.
    expect(await say('/kb list')).toContain('Lines, page');
  });

  it.each(['/quit', 'exit', '退出'])('ends at %s', async (word) => {
    expect((await session.reply(word)).end).toBe(true);
  });
});

describe('the prompt on a terminal', () => {
  function open() {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const stdout = new FakeScreen({ isTTY: true, columns: 100 });
    const stop = new AbortController();
    const io = { stdin, stdout, stderr: stdout, env: {} };
    const prompt = startPrompt({ io, session, signal: stop.signal });
    return { stdin, stdout, stop, prompt };
  }

  const until = async (screen: FakeScreen, text: string) => {
    while (!screen.text.includes(text)) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('answers what is typed and takes a paste for one input', async () => {
    const { stdin, stdout, prompt } = open();
    stdin.write('/kb add one fish\r\ntwo fish\r\n');
    await until(stdout, 'Added');
    expect(await stored()).toEqual(['one fish', 'two fish']);
    stdin.write('/quit\r');
    expect(await prompt.ended).toBe('quit');
  });

  it.each([
    ['\u0004', 'end-of-input'],
    ['\u0003', 'interrupt'],
  ])('tells %j from /quit', async (key, end) => {
    const { stdin, prompt } = open();
    stdin.write(key);
    expect(await prompt.ended).toBe(end);
    let wrote = false;
    prompt.interject(() => {
      wrote = true;
    });
    expect(wrote).toBe(true);
  });

  it('gives way to what is logged in between, and ends with the server', async () => {
    const { stdin, stdout, stop, prompt } = open();
    stdin.write('half a que');
    await until(stdout, 'half a que');
    prompt.interject(() => stdout.write('LOG\n'));
    expect(stdout.text).toContain('\r\u001B[KLOG\n');
    await until(stdout, 'LOG');
    expect(stdout.text.slice(stdout.text.indexOf('LOG'))).toContain('half a que');
    stop.abort();
    expect(await prompt.ended).toBe('aborted');
  });
});
