import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type App, openApp } from '../../src/cli/compose.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { KbError } from '../../src/errors.ts';
import { createLogger } from '../../src/log.ts';
import { type FakeIo, fakeIo } from './fake-io.ts';
import { documents } from './json-documents.ts';

let folder: string;
let env: Record<string, string>;
let app: App;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kb-commands-'));
  const knowledge = join(folder, 'knowledge');
  await mkdir(knowledge);
  await writeFile(
    join(knowledge, 'demo.txt'),
    ['# demo', '法国的首都是巴黎。', '苹果是一种很好吃的水果。', 'The VPN needs a one-time code.'].join('\n'),
  );
  env = { KB_DATA: join(folder, 'data'), KB_KNOWLEDGE: knowledge };
  const config = loadConfig({ env, envFile: join(folder, '.env') });
  app = await openApp({ config, logger: createLogger({ level: 'silent' }) });
});

afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** All commands share one app: opening and closing it is what the tests of whole processes show. */
const sharedApp = async () => ({ ...app, close: async () => {} });

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  json<Schema extends z.ZodType>(schema: Schema): z.output<Schema>;
}

async function kb(args: readonly string[], io: FakeIo = fakeIo({ env })): Promise<Ran> {
  const code = await runCli(args, io, io.env.KB_DATA === env.KB_DATA ? { open: sharedApp } : {});
  const { text: out } = io.stdout;
  return { code, out, err: io.stderr.text, json: (schema) => schema.parse(JSON.parse(out)) };
}

const withStdin = (stdin: string) => fakeIo({ env, stdin });

describe('kb ask', () => {
  it('answers from the knowledge folder, as text and as JSON', async () => {
    const text = await kb(['ask', '巴黎是法国的首都吗?']);
    expect(text).toMatchObject({ code: 0, err: '' });
    expect(text.out.split('\n')[0]).toMatch(/^ 1 {2}[█▏▎▍▌▋▊▉]+·* {2,3}0\.\d{4} .*法国的首都是巴黎。$/);
    const json = (await kb(['ask', '--json', '-n', '2', '巴黎是法国的首都吗?'])).json(documents.answer);
    expect(json.query).toBe('巴黎是法国的首都吗?');
    expect(json.matches.map(({ text }) => text)[0]).toBe('法国的首都是巴黎。');
    expect(json.matches).toHaveLength(2);
  });

  it('takes only weak matches for an answer, with the warning in the asker’s language', async () => {
    const { code, out } = await kb(['ask', 'zebra', 'crossings', 'on', 'Mars']);
    expect(code).toBe(0);
    expect(out).toMatch(/^! No good match/);
    const gaps = (await kb(['gaps', '--json'])).json(documents.gaps);
    expect(gaps.gaps.map(({ question }) => question)).toEqual(['zebra crossings on Mars']);
    const stats = await kb(['stats']);
    expect(stats.out).toContain('Lines: 3');
    expect(stats.out).toContain('zebra crossings on Mars');
  });
});

describe('changing lines', () => {
  it('adds, knows a line again, holds back what is nearly there, refuses what cannot be a line', async () => {
    const added = await kb(['add', '--json', 'Lunch is at noon in the canteen.', '食堂在二楼。']);
    expect(added.code).toBe(0);
    expect(added.json(documents.added).added.map(({ text }) => text)).toEqual([
      'Lunch is at noon in the canteen.',
      '食堂在二楼。',
    ]);
    const again = await kb(['add', '食堂在二楼。']);
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(again.out).toMatch(/^= 已存在\n {2}\w{12} {2}食堂在二楼。\n$/);
    const near = await kb(['add', 'Lunch is at noon in the canteen!']);
    expect(near.code).toBe(1);
    expect(near.out).toContain('? Nearly the same is there already');
    expect(near.err).toBe('Add it all the same with `kb add --anyway`.\n');
    const anyway = await kb(['add', '--json', '--anyway', 'Lunch is at noon in the canteen!']);
    expect(anyway.json(documents.added).added).toHaveLength(1);
    const long = await kb(['add', '--json', 'x'.repeat(2001), 'Parking is free on Sundays.']);
    expect(long.code).toBe(1);
    const outcome = long.json(documents.added);
    expect(outcome.added).toHaveLength(1);
    expect(outcome.rejected).toMatchObject([{ reason: 'line_too_long' }]);
  });

  it('reads lines from the standard input', async () => {
    const piped = await kb(
      ['add', '--json', '-'],
      withStdin('  First from a pipe.\r\n\nZweite Zeile aus dem Rohr.\n'),
    );
    expect(piped.json(documents.added).added.map(({ text }) => text)).toEqual([
      'First from a pipe.',
      'Zweite Zeile aus dem Rohr.',
    ]);
    const empty = await kb(['add', '-'], withStdin('\n \n'));
    expect(empty).toMatchObject({ code: 2, err: 'kb: The line is empty; write the text of the FAQ line.\n' });
  });

  it('lists, removes, undoes and remembers', async () => {
    const list = (await kb(['list', '--json'])).json(documents.list);
    expect(list).toMatchObject({ page: 1, pages: 1, total: list.lines.length });
    const [newest] = list.lines;
    expect(newest).toMatchObject({ source: 'terminal', addedBy: 'operator' });
    const id = newest?.id ?? '';
    const text = await kb(['list']);
    expect(text.out).toContain(`${id}  ${newest?.text}\n`);

    const removed = (await kb(['remove', '--json', id.slice(0, 6)])).json(documents.removed);
    expect(removed.removed.id).toBe(id);
    const missing = await kb(['remove', '--json', id]);
    expect(missing.code).toBe(1);
    expect(missing.json(documents.failure).error.code).toBe('not_found');
    expect(missing.err).toMatch(/^kb: There is no line \w{12}\.\n$/);

    const undone = (await kb(['undo', '--json'])).json(documents.undone);
    expect(undone.undone?.added.map((line) => line.id)).toEqual([id]);
    const { changes } = (await kb(['history', '--json', id])).json(documents.history);
    expect(changes.map(({ action }) => action)).toEqual(['add', 'remove', 'add']);
    expect(changes[0]?.undoes).toBe(changes[1]?.id);
    const history = await kb(['history', '--limit', '1']);
    expect(history.out).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d UTC {2}terminal · operator \(taken back\)\n {2}\+ /,
    );
  });

  it('shows what is behind a vector', async () => {
    const inspection = (await kb(['inspect', '--json', 'Where', 'is', 'lunch?'])).json(documents.inspection);
    expect(inspection.text).toBe('Where is lunch?');
    expect(inspection.norm).toBeCloseTo(1, 5);
    const text = await kb(['inspect', '午饭在哪里？']);
    expect(text.out).toContain('前 50 个值');
  });
});

describe('files', () => {
  it('imports files and folders, once each, and tells two files of one name apart', async () => {
    const [here, there] = [join(folder, 'here'), join(folder, 'there')];
    await mkdir(here);
    await mkdir(there);
    await writeFile(
      join(here, 'faq.md'),
      '# FAQ\n- The door code changes monthly.\n- Badges open the garage.\n',
    );
    await writeFile(join(there, 'faq.md'), '* Visitors sign in at reception.\n');
    const first = await kb(['import', '--json', here]);
    expect(first.json(documents.imported)).toMatchObject({ files: 1, unchangedFiles: 0, added: 2 });
    const both = await kb(['import', here, join(there, 'faq.md')]);
    expect(both.out).toBe('Files: 2, unchanged: 1. Lines added: 1, there already: 0, removed: 0.\n');
    await writeFile(join(here, 'faq.md'), `- Badges open the garage.\n- ${'x'.repeat(2001)}\n`);
    const changed = await kb(['import', '--json', here]);
    expect(changed.code).toBe(1);
    expect(changed.json(documents.imported)).toMatchObject({ removed: 1, rejected: [{}] });
    const { lines } = (await kb(['export', '--json'])).json(documents.exported);
    const texts = lines.map(({ text }) => text);
    expect(texts).toContain('Visitors sign in at reception.');
    expect(texts).not.toContain('The door code changes monthly.');
    expect(lines.find(({ text }) => text.startsWith('Visitors'))?.source).toMatch(/^faq\.md~[0-9a-f]{6}$/);
    const none = await kb(['import', join(folder, 'nowhere.txt')]);
    expect(none.code).toBe(1);
    expect(none.err).toMatch(/^kb: The file .*nowhere\.txt cannot be read: it does not exist\.\n$/);
  });

  it('exports what it can import again', async () => {
    const file = join(folder, 'export.txt');
    const written = await kb(['export', '--output', file]);
    expect(written).toMatchObject({ code: 0, out: '' });
    const text = await readFile(file, 'utf8');
    const piped = await kb(['export']);
    expect(piped.out).toBe(text);
    expect(text.split('\n')[0]).toBe('法国的首都是巴黎。');
    const fresh = fakeIo({
      env: { ...env, KB_DATA: join(folder, 'copy'), KB_KNOWLEDGE: join(folder, 'no') },
    });
    const imported = (await kb(['import', '--json', file], fresh)).json(documents.imported);
    expect(imported.added).toBe(text.trimEnd().split('\n').length);
    const lost = await kb(['export', '-o', join(folder, 'missing', 'x.txt')]);
    expect(lost.code).toBe(1);
    expect(lost.err).toContain('cannot be written: ENOENT');
  });
});

describe('kb chat', () => {
  it('answers piped input line by line, commands too', async () => {
    const input = '巴黎是法国的首都吗?\n/kb list\n/kb frobnicate\n/quit\nnever asked\n';
    const { code, out } = await kb(['chat', '--json'], withStdin(input));
    expect(code).toBe(0);
    const [answer, list, hint, ...more] = out.trim().split('\n');
    expect(documents.answer.parse(JSON.parse(answer ?? '')).matches[0]?.text).toBe('法国的首都是巴黎。');
    expect(documents.list.parse(JSON.parse(list ?? '')).page).toBe(1);
    expect(JSON.parse(hint ?? '')).toEqual({ kind: 'hint', name: 'frobnicate', reason: 'unknown' });
    expect(more).toEqual([]);
  });
});

describe('kb eval', () => {
  it('measures questions against their lines', async () => {
    const [questions, lines, others] = ['q.tsv', 'l.txt', 'u.txt'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(lines, '法国的首都是巴黎。\n苹果是一种很好吃的水果。\n');
    await writeFile(
      questions,
      '巴黎是法国的首都吗?\t法国的首都是巴黎。\n苹果好吃吗?\t苹果是一种很好吃的水果。\n',
    );
    await writeFile(others, 'How tall is the moon?\n');
    const run = await kb(['eval', questions, '--lines', lines, '--unanswerable', others]);
    expect(run.code).toBe(0);
    expect(run.out).toMatch(
      /^2 questions over 2 lines +top-1 +top-5 +MRR@10\nbuiltin +1\.000 +1\.000 +1\.000\n/,
    );
    const json = await kb(['eval', '--json', questions, '--lines', lines]);
    expect(JSON.parse(json.out)).toMatchObject({ model: 'builtin', top1: 1, keywords: { model: 'bm25' } });
    await writeFile(questions, 'no tab here\n');
    const broken = await kb(['eval', questions, '--lines', lines]);
    expect(broken.code).toBe(1);
    expect(broken.err).toContain('line 1 is not');
  });
});

describe('wrong usage', () => {
  it.each([
    [[], 'kb: Say what to do; `kb --help` lists all commands.'],
    [['asc', 'x'], 'kb: There is no command asc; did you mean ask?'],
    [['frobnicate'], 'kb: There is no command frobnicate; `kb --help` lists all.'],
    [['ask'], 'kb: QUESTION is missing; write `kb ask [options] <question...>`.'],
    [['ask', ' '], 'kb: The question is empty; write what you want to know.'],
    [['ask', '--tip', '3', 'x'], 'kb: There is no option --tip; did you mean --top?'],
    [['ask', '--top', '0', 'x'], 'kb: --top is “0”, but must be a whole number from 1 to 50.'],
    [['ask', '--top'], 'kb: The option --top needs a value.'],
    [['list', 'two'], 'kb: PAGE is “two”, but must be a whole number from 1 to 999999.'],
    [['list', '1', '2'], 'kb: That is more than fits; write `kb list [options] [page]`.'],
    [
      ['eval', 'q'],
      'kb: The option --lines is missing; write `kb eval <questions> --lines <file> [options]`.',
    ],
  ])('%j is one sentence and exit code 2', async (args, sentence) => {
    const { code, out, err } = await kb(args);
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: `${sentence}\n` });
  });

  it('speaks Chinese where the locale or the words do, and JSON where asked', async () => {
    const chinese = await kb(['asc'], fakeIo({ env: { ...env, LANG: 'zh_CN.UTF-8' } }));
    expect(chinese.err).toBe('kb：没有 asc 这个命令，您是想用 ask 吗？\n');
    const json = await kb(['list', '--json', 'two']);
    expect(json.json(documents.failure).error.code).toBe('invalid_request');
  });

  it.each([
    [{ KB_PORT: 'abc' }, 'kb: KB_PORT is "abc", but must be a whole number from 0 to 65535.'],
    [{ KB_PROT: '1' }, 'kb: KB_PROT is not a setting of meaning-radar. Did you mean KB_PORT?'],
    [{ SLACK_BOT_TOKEN: 'hunter2' }, 'kb: SLACK_BOT_TOKEN is (secret), but must be a bot token, xoxb-….'],
  ])('a wrong setting %j is one sentence without the secret', async (wrong, sentence) => {
    const { code, err } = await kb(['stats'], fakeIo({ env: { ...env, ...wrong } }));
    expect({ code, err }).toEqual({ code: 2, err: `${sentence}\n` });
  });
});

describe('a failure', () => {
  const failing =
    (error: unknown) =>
    async (args: readonly string[], given: Record<string, string> = {}) => {
      const io = fakeIo({ env: { ...env, ...given } });
      const code = await runCli(args, io, { open: () => Promise.reject(error) });
      return { code, out: io.stdout.text, err: io.stderr.text };
    };

  it('of the program itself is logged with its cause, without secrets', async () => {
    const run = failing(new Error('lost key-12345'));
    const { code, err } = await run(['stats'], { KB_API_KEY: 'key-12345' });
    expect(code).toBe(1);
    expect(err).toContain('lost [secret]');
    expect(err).toMatch(/\nkb: Something went wrong inside; the log says more\. Please try again\.\n$/);
    expect(err).not.toContain('12345');
  });

  it.each([
    ['platform', { platform: 'Slack', detail: 'SLACK_BOT_TOKEN was revoked' }, 2],
    ['platform', { platform: 'Slack', detail: 'Slack cannot be reached (ECONNREFUSED)' }, 1],
    ['model', { model: 'x', detail: 'set KB_MODEL to builtin' }, 2],
    ['store', { location: './data', detail: 'KB_X' }, 1],
    ['engine_unavailable', { url: 'http://x', detail: '' }, 1],
  ] as const)('%s %j exits with its code', async (code, values, exit) => {
    const run = failing(new KbError(code, { values }));
    expect((await run(['stats', '--json'])).code).toBe(exit);
  });
});

describe('help', () => {
  it('names every command, in English and Chinese', async () => {
    const english = await kb(['--help']);
    expect(english.code).toBe(0);
    for (const name of ['serve', 'ask', 'chat', 'add', 'import', 'export', 'list', 'remove', 'eval'])
      expect(english.out).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    const chinese = await kb(['ask', '--help'], fakeIo({ env: { ...env, LANG: 'zh_CN.UTF-8' } }));
    expect(chinese.out).toContain('选项');
    expect((await kb(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
