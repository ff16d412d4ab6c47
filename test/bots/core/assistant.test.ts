import { describe, expect, it, vi } from 'vitest';
import { createAssistant } from '../../../src/bots/core/create-assistant.ts';
import { KbError } from '../../../src/errors.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { openRealAssistant } from './support/real-assistant.ts';

const LINES = ['The printer is on the third floor.', 'Lunch is served at noon.', '年假请在人事系统里申请。'];
const by = { id: 'u1', source: 'slack' };
const operator = { id: 'operator', source: 'terminal' };

async function open(options: { editors?: readonly string[]; lines?: readonly string[] } = {}) {
  const real = await openRealAssistant(
    await temporaryFolder(),
    options.editors ? { editors: options.editors } : {},
  );
  const lines = options.lines ?? LINES;
  if (lines.length > 0) await real.store.lines.add(lines, operator);
  return real;
}

describe('ask', () => {
  it('gives the nearest lines, best first, with rounded cosines', async () => {
    const { assistant } = await open();
    const answer = await assistant.ask('  The printer is on the\tthird floor. ');
    expect(answer).toMatchObject({
      language: 'en',
      model: 'builtin',
      threshold: 0.4,
      lowConfidence: false,
      lineCount: 3,
    });
    expect(answer.question).toBe('The printer is on the third floor.');
    expect(answer.matches[0]).toMatchObject({ text: LINES[0], score: 1, lowConfidence: false });
    const scores = answer.matches.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    for (const score of scores) expect(score).toBe(Number(score.toFixed(4)));
    expect((await assistant.ask('printer', { topK: 1 })).matches).toHaveLength(1);
  });

  it('logs a question with its asker, and none without', async () => {
    const { assistant, store } = await open();
    expect((await assistant.ask('printer')).questionId).toBeUndefined();
    expect((await store.questions.stats()).questionsEver).toBe(0);
    const { questionId = '' } = await assistant.ask('zzz qqq', {
      by: { ...by, permalink: 'https://x.test/1' },
    });
    expect(await store.questions.get(questionId)).toMatchObject({
      text: 'zzz qqq',
      askedBy: 'u1',
      source: 'slack',
      permalink: 'https://x.test/1',
      lowConfidence: true,
    });
    expect(await assistant.recall(questionId)).toMatchObject({ question: 'zzz qqq', questionId });
    await expect(assistant.recall('nonesuch')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('answers though the log fails', async () => {
    const { store, engine } = await open();
    vi.spyOn(store.questions, 'record').mockRejectedValue(new KbError('store'));
    const error = vi.fn();
    const assistant = createAssistant({
      embedder: engine,
      store,
      config: { topK: 5, lowConfidence: 0.4, editors: ['*'] },
      logger: { debug() {}, info() {}, warn() {}, error },
    });
    const answer = await assistant.ask('printer', { by });
    expect(answer.questionId).toBeUndefined();
    expect(answer.matches).toHaveLength(3);
    expect(error).toHaveBeenCalledOnce();
  });

  it('refuses a blank question, and says that nothing is there yet', async () => {
    const { assistant } = await open({ lines: [] });
    await expect(assistant.ask(' \n ')).rejects.toMatchObject({ code: 'empty_query' });
    expect(await assistant.ask('printer')).toMatchObject({ lineCount: 0, matches: [], lowConfidence: true });
  });

  it('rejects with the engine’s error, as a KbError', async () => {
    const { assistant, engine } = await open();
    engine.down = true;
    await expect(assistant.ask('printer')).rejects.toMatchObject({ code: 'engine_unavailable' });
    expect(await assistant.run({ kind: 'ask', question: 'printer' }, { by })).toMatchObject({
      kind: 'failed',
      error: { code: 'engine_unavailable' },
    });
  });
});

describe('add', () => {
  const add = (...lines: string[]) => ({ kind: 'add', lines }) as const;

  it('sorts lines into added, there already, refused and nearly the same', async () => {
    const { assistant, store } = await open();
    const result = await assistant.run(
      add('The gym opens at seven.', LINES[0] ?? '', 'x'.repeat(2001), 'The printer is on the third floor!'),
      { by },
    );
    expect(result).toMatchObject({
      kind: 'added',
      language: 'en',
      added: [{ text: 'The gym opens at seven.', addedBy: 'u1', source: 'slack' }],
      duplicates: [{ text: LINES[0] }],
      rejected: [{ reason: 'line_too_long', length: 2001 }],
      nearDuplicates: [{ text: 'The printer is on the third floor!', existing: { text: LINES[0] } }],
    });
    expect(await store.lines.count()).toBe(4);
  });

  it.each([
    ['打印机在三楼', '打印机在3楼', true],
    ['VPN: install the client and sign in', 'Install the VPN client, then sign in', true],
    ['开门时间是9点', '关门时间是18点', false],
    ['The office opens at 9', 'The office closes at 18', false],
  ])('knows whether %j and %j say nearly the same', async (old, fresh, same) => {
    const { assistant } = await open({ lines: [old] });
    const result = await assistant.run(add(fresh), { by });
    expect(result.kind === 'added' && result.nearDuplicates.length).toBe(same ? 1 : 0);
  });

  it('adds it anyway, or replaces, where told to', async () => {
    const { assistant, store } = await open();
    await assistant.run(add('The printer is on the third floor!'), { by, addAnyway: true });
    expect(await store.lines.count()).toBe(4);
    const lunch = (await store.lines.list()).items.find(({ text }) => text.startsWith('Lunch'));
    const replaced = await assistant.replace(lunch?.id ?? '', 'Lunch is at one.', { by });
    expect(replaced).toMatchObject({
      kind: 'replaced',
      removed: { text: LINES[1] },
      added: { text: 'Lunch is at one.' },
    });
    expect(await assistant.run({ kind: 'undo' }, { by })).toMatchObject({
      kind: 'undone',
      change: { action: 'replace' },
    });
    expect((await store.lines.get(lunch?.id ?? '')).text).toBe(LINES[1]);
  });

  it('asks for the form where nothing was written, and takes a line that is only in this batch', async () => {
    const { assistant } = await open();
    expect(await assistant.run(add(), { by })).toMatchObject({ kind: 'add-form' });
  });
});

describe('rights', () => {
  it('lets editors and the operator change lines, and everyone read', async () => {
    const { assistant, store } = await open({ editors: ['u1'] });
    const guest = { id: 'u2', source: 'feishu' };
    const [line] = (await store.lines.list()).items;
    const id = line?.id ?? '';
    const refused = [
      assistant.run({ kind: 'add', lines: ['x'] }, { by: guest }),
      assistant.run({ kind: 'add', lines: [] }, { by: guest }),
      assistant.run({ kind: 'remove', id }, { by: guest }),
      assistant.run({ kind: 'undo' }, { by: guest }),
      assistant.replace(id, 'x', { by: guest }),
      assistant.answerGap('g', ['x'], { by: guest }),
    ];
    for (const result of await Promise.all(refused))
      expect(result).toMatchObject({ kind: 'failed', error: { code: 'forbidden' } });
    expect(await store.lines.count()).toBe(3);
    for (const each of [by, operator, { id: 'anyone', source: 'http' }])
      expect(assistant.isEditor(each)).toBe(true);
    expect(assistant.isEditor({ id: 'u1x', source: 'slack' })).toBe(false);
    expect(await assistant.run({ kind: 'list', page: 1 }, { by: guest })).toMatchObject({
      page: { total: 3 },
    });
  });
});

describe('gaps', () => {
  it('lists weak and unhelpful questions, and takes them off when they are answered', async () => {
    const { assistant, store } = await open();
    const { questionId = '' } = await assistant.ask(LINES[0] ?? '', { by });
    expect(await store.questions.gaps()).toEqual([]);
    await assistant.feedback(questionId, by, 'not-helped');
    const gaps = await assistant.run({ kind: 'gaps' }, { by });
    expect(gaps).toMatchObject({ gaps: [{ question: LINES[0] }] });
    const id = gaps.kind === 'gaps' ? (gaps.gaps[0]?.id ?? '') : '';
    const held = await assistant.answerGap(id, ['The printer is on the third floor!'], { by });
    expect(held).toMatchObject({ nearDuplicates: [{}] });
    expect(await store.questions.gaps()).toHaveLength(1);
    await assistant.answerGap(id, ['The printer is on the third floor!'], { by, addAnyway: true });
    expect(await store.questions.gaps()).toEqual([]);
    expect(await assistant.stats()).toMatchObject({
      lines: 4,
      notHelped: 1,
      questionsThisWeek: 1,
      topGaps: [],
    });
  });
});

describe('inspect', () => {
  it('describes the vector of a text', async () => {
    const { assistant, engine } = await open();
    const seen = await assistant.inspect(LINES[0] ?? '');
    expect(seen).toMatchObject({
      model: 'builtin',
      fingerprint: engine.fingerprint,
      dimensions: engine.dimensions,
    });
    expect(seen.norm).toBeCloseTo(1, 4);
    expect(seen.firstValues).toHaveLength(50);
    expect(seen.histogram.reduce((sum, count) => sum + count)).toBe(engine.dimensions);
    expect(seen.standardDeviation ** 2 + seen.mean ** 2).toBeCloseTo(1 / engine.dimensions, 4);
    expect(seen.nearest[0]).toMatchObject({ text: LINES[0], score: 1 });
    expect(seen.min).toBeLessThan(seen.max);
    await expect(assistant.inspect(' ')).rejects.toMatchObject({ code: 'empty_line' });
  });
});

describe('run', () => {
  it('answers in the language of the command', async () => {
    const { assistant } = await open();
    expect(await assistant.run({ kind: 'ask', question: '年假' }, { by })).toMatchObject({ language: 'zh' });
    expect(await assistant.run({ kind: 'help' }, { by, language: 'zh' })).toEqual({
      kind: 'help',
      language: 'zh',
    });
    expect(await assistant.run({ kind: 'malformed', name: '删除', reason: 'missing' }, { by })).toEqual({
      kind: 'hint',
      language: 'zh',
      name: '删除',
      reason: 'missing',
    });
  });

  it('fails with the store’s errors as data', async () => {
    const { assistant } = await open();
    expect(await assistant.run({ kind: 'remove', id: 'zzzzzz' }, { by })).toMatchObject({
      kind: 'failed',
      error: { code: 'not_found' },
    });
    expect(await assistant.run({ kind: 'undo' }, { by })).toMatchObject({ kind: 'nothing-to-undo' });
  });
});
