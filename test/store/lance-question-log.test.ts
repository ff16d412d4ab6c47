import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/store/lance/open-store.ts';
import type { AskedQuestion } from '../../src/store/question-log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { WordVectors } from '../support/word-vectors.ts';

const DAY = 24 * 60 * 60 * 1000;

/** A unit vector in a plane, so that cosines are those of the angles between. */
function at(degrees: number): Float32Array {
  const vector = new Float32Array(64);
  vector[0] = Math.cos((degrees * Math.PI) / 180);
  vector[1] = Math.sin((degrees * Math.PI) / 180);
  return vector;
}

async function open(location?: string, source = new WordVectors()) {
  const folder = location ?? (await temporaryFolder());
  const time = { now: Date.UTC(2026, 0, 10) };
  const store = await openStore({ location: folder, source, clock: () => new Date(time.now) });
  onTestFinished(() => store.close());
  let count = 0;
  const ask = (text: string, vector: Float32Array, more: Partial<AskedQuestion> = {}) =>
    store.questions.record(
      {
        text,
        askedBy: 'U1',
        source: 'slack',
        at: new Date(time.now + count++),
        lowConfidence: true,
        ...more,
      },
      vector,
    );
  return { folder, store, time, ask };
}

describe('the log of questions', () => {
  it('keeps a question as it was asked, over a restart too', async () => {
    const { folder, store, ask } = await open();
    const full = await ask('Wo ist der VPN-Schlüssel?', at(0), {
      permalink: 'https://example.test/p1',
      bestScore: 0.31,
      bestLineId: 'aaaabbbbcccc',
    });
    const bare = await ask("it's empty", at(90));
    expect(full.id).not.toBe(bare.id);
    await store.close();
    const { store: again } = await open(folder);
    expect(await again.questions.get(full.id)).toEqual(full);
    expect(await again.questions.get(bare.id)).toEqual(bare);
    expect(await again.questions.get("x' OR '1'='1")).toBeUndefined();
  });

  it('groups weak questions of one meaning, most asked first', async () => {
    const { store, ask } = await open();
    await ask('rare', at(180));
    await ask('first wording', at(0), { bestScore: 0.1 });
    await ask('second wording', at(20));
    await ask('second wording', at(20));
    const latest = await ask('last wording', at(10), { bestScore: 0.2 });
    await ask('was answered well', at(0), { lowConfidence: false });
    expect(await store.questions.gaps()).toEqual([
      {
        id: latest.id,
        question: 'last wording',
        otherWordings: ['second wording', 'first wording'],
        count: 4,
        lastAskedAt: latest.at,
        bestScore: 0.2,
      },
      expect.objectContaining({ question: 'rare', otherWordings: [], count: 1 }),
    ]);
    expect(await store.questions.gaps({ limit: 1 })).toHaveLength(1);
    expect(await store.questions.gaps({ sameMeaning: 0.99 })).toHaveLength(4);
  });

  it('takes the cosine 0.8 as the same meaning, and less as another', async () => {
    const { store, ask } = await open();
    const edge = (Math.acos(0.8) * 180) / Math.PI;
    await ask('one', at(0));
    await ask('just the same', at(edge));
    expect(await store.questions.gaps()).toHaveLength(1);
    await ask('another', at(-edge - 0.2));
    expect(await store.questions.gaps()).toHaveLength(2);
  });

  it('never compares vectors of two models', async () => {
    const { folder, ask, store } = await open();
    await ask('one', at(0));
    await store.close();
    const other = await open(folder, new WordVectors('other'));
    await other.ask('two', at(0));
    expect(await other.store.questions.gaps()).toHaveLength(2);
  });

  it('takes questions that did not help, by the last word of each person', async () => {
    const { store, ask } = await open();
    const question = await ask('looked fine', at(0), { lowConfidence: false });
    await store.questions.feedback(question.id, 'U1', 'helped');
    expect(await store.questions.gaps()).toEqual([]);
    await store.questions.feedback(question.id, 'U2', 'not-helped');
    expect((await store.questions.gaps()).map(({ id }) => id)).toEqual([question.id]);
    await store.questions.feedback(question.id, 'U2', 'helped');
    expect(await store.questions.gaps()).toEqual([]);
    expect(await store.questions.stats()).toMatchObject({ helped: 2, notHelped: 0 });
  });

  it('takes a resolved gap off the list, with its group, until it is asked again', async () => {
    const { store, ask, time } = await open();
    const first = await ask('one way', at(0));
    await ask('other way', at(10));
    const other = await ask('something else', at(90));
    await store.questions.resolve(first.id);
    expect((await store.questions.gaps()).map(({ id }) => id)).toEqual([other.id]);
    time.now += DAY;
    await ask('one way', at(0));
    expect((await store.questions.gaps()).map(({ count }) => count)).toEqual([1, 1]);
  });

  it('refuses feedback on and resolution of what nobody asked', async () => {
    const { store } = await open();
    const missing = { code: 'not_found' };
    await expect(store.questions.feedback("' OR 1=1", 'U1', 'helped')).rejects.toMatchObject(missing);
    await expect(store.questions.resolve('nothing')).rejects.toMatchObject(missing);
  });

  it('counts the last seven days by the clock', async () => {
    const { store, ask, time } = await open();
    const old = await ask('old', at(0));
    await store.questions.feedback(old.id, 'U1', 'not-helped');
    time.now += 8 * DAY;
    const good = await ask('good', at(0), { lowConfidence: false });
    await ask('weak', at(90));
    time.now += 1000;
    await store.questions.feedback(good.id, 'U1', 'helped');
    expect(await store.questions.stats()).toEqual({
      questionsThisWeek: 2,
      weakThisWeek: 1,
      helped: 1,
      notHelped: 0,
      questionsEver: 3,
    });
  });

  it('keeps every one of 300 questions asked at once', async () => {
    const { store, ask } = await open();
    const asked = await Promise.all(
      Array.from({ length: 300 }, (_, i) => ask(`question ${i}`, at(i % 2 ? 0 : 90))),
    );
    expect(new Set(asked.map(({ id }) => id)).size).toBe(300);
    expect((await store.questions.gaps()).map(({ count }) => count)).toEqual([150, 150]);
  });

  it('refuses calls after it is closed', async () => {
    const { store, ask } = await open();
    const recording = ask('last', at(0));
    const closing = store.close();
    expect((await recording).text).toBe('last');
    await closing;
    await expect(ask('late', at(0))).rejects.toMatchObject({ code: 'shutting_down' });
    await expect(store.questions.gaps()).rejects.toMatchObject({ code: 'shutting_down' });
  });
});
