import { describe, expect, it } from 'vitest';
import type { BatchEvent, BatchObserver } from '../../../src/engine/batching/batch-observer.ts';
import { Batcher, type BatcherOptions } from '../../../src/engine/batching/batcher.ts';
import { KbError } from '../../../src/errors.ts';

type Run = { items: string[]; finish: (results?: string[]) => void; fail: (error: unknown) => void };

/** A batcher whose batches end when the test says so; an item costs its length, its result is its upper case. */
function setUp(options: Partial<BatcherOptions<string, string>> = {}) {
  const runs: Run[] = [];
  const batcher = new Batcher<string, string>({
    run: (items) =>
      new Promise((resolve, reject) => {
        const finish = (results = items.map((item) => item.toUpperCase())) => resolve(results);
        runs.push({ items, finish, fail: reject });
      }),
    cost: (item) => item.length,
    maxBatchCost: 12,
    maxBatchItems: 4,
    maxWaiting: 10,
    ...options,
  });
  /** Lets all that is ready happen, and ends the batch that runs. */
  const next = async (how: (run: Run) => void = (run) => run.finish()) => {
    await settle();
    const run = runs.at(-1);
    if (run) how(run);
    await settle();
    return run?.items;
  };
  return { batcher, runs, next };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof KbError ? error.code : error),
  );

describe('Batcher', () => {
  it('lets a lone request through at once', async () => {
    const { batcher, runs, next } = setUp();
    const answer = batcher.submit(['a']);
    await Promise.resolve();
    expect(runs.map((run) => run.items)).toEqual([['a']]);
    await next();
    expect(await answer).toEqual(['A']);
  });

  it('joins what comes in one tick, and what comes while a batch runs', async () => {
    const { batcher, runs, next } = setUp();
    const answers = [batcher.submit(['a']), batcher.submit(['b'])];
    await settle();
    answers.push(batcher.submit(['c']), batcher.submit(['d']));
    await next();
    await next();
    expect(runs.map((run) => run.items)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(await Promise.all(answers)).toEqual([['A'], ['B'], ['C'], ['D']]);
  });

  it('runs one batch at a time', async () => {
    const { batcher, runs } = setUp();
    void batcher.submit(['a']);
    await settle();
    void batcher.submit(['b']);
    await settle();
    expect(runs).toHaveLength(1);
  });

  it('keeps to the token budget, padding counted, and to the items', async () => {
    const { batcher, runs, next } = setUp({ maxWaiting: 100 });
    const answer = batcher.submit(['ccccc', 'a', 'dddddddddddddddd', 'a', 'bbb', 'a', 'a', 'a']);
    for (let i = 0; i < 4; i++) await next();
    expect(runs.map((run) => run.items)).toEqual([
      ['a', 'a', 'a', 'a'],
      ['a', 'bbb'],
      ['ccccc'],
      // Longer than the budget: alone, but not lost.
      ['dddddddddddddddd'],
    ]);
    expect(await answer).toEqual(['CCCCC', 'A', 'DDDDDDDDDDDDDDDD', 'A', 'BBB', 'A', 'A', 'A']);
  });

  it('takes waiting questions before waiting imports, and never mixes them', async () => {
    const { batcher, runs, next } = setUp();
    void batcher.submit(['i1', 'i2', 'i3', 'i4', 'i5'], { priority: 'import' });
    await settle();
    void batcher.submit(['i6'], { priority: 'import' });
    void batcher.submit(['q1']);
    for (let i = 0; i < 3; i++) await next();
    expect(runs.map((run) => run.items)).toEqual([['i1', 'i2', 'i3', 'i4'], ['q1'], ['i5', 'i6']]);
  });

  it('refuses with busy when the queue is full, and takes work again later', async () => {
    const { batcher, next } = setUp();
    void batcher.submit(['running']);
    await settle();
    const waiting = batcher.submit(new Array(10).fill('w'));
    expect(await codeOf(batcher.submit(['more']))).toBe('busy');
    for (let i = 0; i < 4; i++) await next();
    expect(await codeOf(waiting)).toBe('done');
    const later = batcher.submit(['later']);
    await next();
    expect(await later).toEqual(['LATER']);
  });

  it('takes a request that is larger than the queue when nothing waits', async () => {
    const { batcher, next } = setUp();
    const large = batcher.submit(new Array(15).fill('x'));
    for (let i = 0; i < 4; i++) await next();
    expect(await large).toHaveLength(15);
  });

  it('drops a waiting request that is cancelled', async () => {
    const { batcher, runs, next } = setUp();
    const cancel = new AbortController();
    void batcher.submit(['a']);
    await settle();
    const dropped = batcher.submit(['gone'], { signal: cancel.signal });
    const kept = batcher.submit(['kept']);
    cancel.abort();
    expect(await codeOf(dropped)).toBe('cancelled');
    await next();
    await next();
    expect(await kept).toEqual(['KEPT']);
    expect(runs.map((run) => run.items)).toEqual([['a'], ['kept']]);
  });

  it('rejects a running request at once when it is cancelled, and drops the rest of it', async () => {
    const { batcher, runs, next } = setUp();
    const cancel = new AbortController();
    const answer = batcher.submit(['a', 'b', 'c', 'd', 'e', 'f'], { signal: cancel.signal });
    await settle();
    cancel.abort();
    expect(await codeOf(answer)).toBe('cancelled');
    const other = batcher.submit(['other']);
    await next();
    await next();
    expect(await other).toEqual(['OTHER']);
    expect(runs).toHaveLength(2);
  });

  it('does nothing for a signal that fired before, or after the answer', async () => {
    const { batcher, runs, next } = setUp();
    expect(await codeOf(batcher.submit(['a'], { signal: AbortSignal.abort() }))).toBe('cancelled');
    expect(runs).toHaveLength(0);
    const cancel = new AbortController();
    const answer = batcher.submit(['a'], { signal: cancel.signal });
    await next();
    cancel.abort();
    expect(await answer).toEqual(['A']);
  });

  it('fails every request with an item in a failed batch, and no other', async () => {
    const { batcher, runs, next } = setUp();
    const reason = new KbError('internal');
    const failed = [batcher.submit(['a', 'b', 'c', 'd', 'e']), batcher.submit(['f'])];
    const codes = Promise.all(failed.map(codeOf));
    await next((run) => run.fail(reason));
    const later = batcher.submit(['g']);
    await next();
    await next();
    expect(await later).toEqual(['G']);
    // The first request's last item never ran.
    expect(runs.flatMap((run) => run.items)).not.toContain('e');
    expect(await codes).toEqual(['internal', 'done']);
  });

  it.each<[string, BatcherOptions<string, string>['run']]>([
    ['answers too little', async () => []],
    [
      'throws before it starts',
      () => {
        throw new KbError('internal');
      },
    ],
  ])('fails a batch whose run %s', async (_, run) => {
    const { batcher } = setUp({ run });
    expect(await codeOf(batcher.submit(['a']))).toBe('internal');
  });

  it('answers no items at once', async () => {
    const { batcher, runs } = setUp();
    expect(await batcher.submit([])).toEqual([]);
    expect(runs).toHaveLength(0);
  });
});

describe("the batcher's observer", () => {
  /** Everything that was heard, in order, with a clock that goes on by 250 ms a look. */
  function observed(options: Partial<BatcherOptions<string, string>> = {}) {
    const heard: (BatchEvent | number | 'refused')[] = [];
    const observer: BatchObserver = {
      batch: (event) => heard.push(event),
      waiting: (items) => heard.push(items),
      refused: () => heard.push('refused'),
    };
    let time = 0;
    const now = () => {
      time += 250;
      return time;
    };
    return { heard, ...setUp({ observer, now, ...options }) };
  }

  it('hears of every batch, its kind, size and time, and of the queue', async () => {
    const { batcher, heard, next } = observed();
    const imported = batcher.submit(['aa', 'bbb'], { priority: 'import' });
    await settle();
    const asked = batcher.submit(['q']);
    await next();
    await next();
    await Promise.all([imported, asked]);
    expect(heard).toEqual([
      2,
      0,
      1,
      { kind: 'import', texts: 2, tokens: 5, seconds: 0.25 },
      0,
      { kind: 'question', texts: 1, tokens: 1, seconds: 0.25 },
    ]);
  });

  it('hears the tokens that were read rather than the estimate, where results tell them', async () => {
    const { batcher, heard, next } = observed({ tokensOf: (result) => result.length * 10 });
    const answer = batcher.submit(['aa', 'bbb']);
    await next();
    await answer;
    expect(heard.at(-1)).toMatchObject({ tokens: 50 });
  });

  it('hears what was refused and what left the queue unserved, and nothing of a batch that failed', async () => {
    const { batcher, heard, next } = observed({ maxWaiting: 2 });
    const cancel = new AbortController();
    const failing = codeOf(batcher.submit(['a']));
    await settle();
    const cancelled = codeOf(batcher.submit(['b', 'c'], { signal: cancel.signal }));
    expect(await codeOf(batcher.submit(['d']))).toBe('busy');
    cancel.abort();
    await cancelled;
    await next((run) => run.fail(new KbError('internal')));
    expect(await failing).toBe('internal');
    expect(heard).toEqual([1, 0, 2, 'refused', 0, 0]);
  });
});
