import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaqLine, lineId } from '../../src/store/faq-line.ts';
import type { KnowledgeBase, KnowledgeFile } from '../../src/store/knowledge-base.ts';
import { bigramVector, WordVectors } from '../support/word-vectors.ts';

const ann = { id: 'U1', source: 'slack', permalink: 'https://example.test/p1' };
const bo = { id: 'U2', source: 'feishu' };

export interface OpenForContract {
  source: WordVectors;
  clock: () => Date;
}

/** What every {@link KnowledgeBase} must do. `open` gives an empty one each time. */
export function knowledgeBaseContract(
  name: string,
  open: (options: OpenForContract) => Promise<KnowledgeBase>,
): void {
  describe(`${name} keeps the contract of a knowledge base`, () => {
    let source: WordVectors;
    let kb: KnowledgeBase;
    let now: number;

    beforeEach(async () => {
      source = new WordVectors();
      now = Date.UTC(2026, 0, 1);
      kb = await open({ source, clock: () => new Date(now++) });
    });
    afterEach(() => kb.close());

    const texts = (lines: readonly FaqLine[]) => lines.map((line) => line.text);
    const listed = async () => texts((await kb.list({ pageSize: 100 })).items);
    const file = (lines: string[], digest = lines.join('|'), fileName = 'faq.txt'): KnowledgeFile => ({
      name: fileName,
      lines,
      digest,
    });

    describe('adding', () => {
      it('normalises lines and tells who added them, when and where', async () => {
        const { added, duplicates, rejected } = await kb.add(['  VPN \t needs a token  🔑 '], ann);
        expect(added).toEqual([
          {
            id: lineId('VPN needs a token 🔑'),
            text: 'VPN needs a token 🔑',
            source: 'slack',
            addedBy: 'U1',
            addedAt: expect.any(Date),
          },
        ]);
        expect([duplicates, rejected]).toEqual([[], []]);
        expect(await kb.get(lineId('VPN needs a token 🔑'))).toEqual(added[0]);
      });

      it('keeps a line once, within a call and over calls, with its first author', async () => {
        const first = await kb.add(['one', ' one', 'two'], ann);
        expect(texts(first.added)).toEqual(['one', 'two']);
        const second = await kb.add(['two', 'two ', 'three'], bo);
        expect(texts(second.added)).toEqual(['three']);
        expect(second.duplicates.map(({ text, addedBy }) => [text, addedBy])).toEqual([['two', 'U1']]);
        expect(await kb.count()).toBe(3);
      });

      it('rejects bad lines without stopping the others', async () => {
        const long = '长'.repeat(2001);
        const { added, rejected } = await kb.add(['', ' \t', long, 'good', '长'.repeat(2000)], ann);
        expect(added).toHaveLength(2);
        expect(rejected).toEqual([
          { text: '', reason: 'empty_line', length: 0 },
          { text: ' \t', reason: 'empty_line', length: 2 },
          { text: long, reason: 'line_too_long', length: 2001 },
        ]);
      });

      it('embeds only what is new', async () => {
        await kb.add(['one', 'two'], ann);
        await kb.add(['one', 'three'], ann);
        expect(source.embedded).toEqual(['one', 'two', 'three']);
      });

      it('changes nothing when the vectors cannot be had', async () => {
        source.before = () => {
          throw new Error('engine down');
        };
        await expect(kb.add(['one'], ann)).rejects.toThrow('engine down');
        expect(await kb.count()).toBe(0);
        expect(await kb.history()).toEqual([]);
      });

      it('stops when it is cancelled, and keeps nothing of that call', async () => {
        const controller = new AbortController();
        source.before = () => controller.abort();
        const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
        await expect(kb.add(lines, ann, { signal: controller.signal })).rejects.toMatchObject({
          code: 'cancelled',
        });
        expect(await kb.count()).toBe(0);
      });

      it('reports progress up to the end', async () => {
        const seen: [number, number][] = [];
        const lines = Array.from({ length: 70 }, (_, i) => `line ${i}`);
        await kb.add(lines, ann, { onProgress: (done, total) => seen.push([done, total]) });
        expect(seen).toEqual([
          [32, 70],
          [64, 70],
          [70, 70],
        ]);
      });

      it('gives a line that many add at once to exactly one of them', async () => {
        const results = await Promise.all(
          Array.from({ length: 50 }, (_, i) =>
            kb.add([`own ${i}`, 'shared'], { id: `U${i}`, source: 'slack' }),
          ),
        );
        expect(results.flatMap(({ added }) => added).filter(({ text }) => text === 'shared')).toHaveLength(1);
        expect(results.flatMap(({ duplicates }) => duplicates)).toHaveLength(49);
        expect(await kb.count()).toBe(51);
      });

      it('takes quotes, wildcards and SQL as text', async () => {
        const nasty = [
          "'; DROP TABLE lines; --",
          '100% _sure_',
          '\\ and "quotes"',
          "it''s",
          '<!channel> *x*',
        ];
        await kb.add(nasty, { id: "o'neil", source: "s' OR '1'='1" });
        expect((await listed()).sort()).toEqual([...nasty].sort());
        expect(texts((await kb.add(nasty, ann)).duplicates)).toHaveLength(5);
        await kb.undo({ id: "o'neil", source: "s' OR '1'='1" });
        expect(await kb.count()).toBe(0);
      });
    });

    describe('finding', () => {
      it('gives the nearest lines by true cosine, best first', async () => {
        const lines = ['the cat sat', 'the cat sat down', 'the dog sat', '苹果是一种水果'];
        await kb.add(lines, ann);
        const query = bigramVector('the cat sat');
        const matches = await kb.search(query, 3);
        const expected = lines
          .map((text) => {
            const other = bigramVector(text);
            return { text, cosine: query.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0) };
          })
          .sort((a, b) => b.cosine - a.cosine);
        expect(matches.map(({ line }) => line.text)).toEqual(expected.slice(0, 3).map(({ text }) => text));
        matches.forEach(({ similarity }, i) => {
          expect(similarity).toBeCloseTo(expected[i]?.cosine ?? Number.NaN, 6);
        });
      });

      it('orders equal ones by id, also where many more are equal than are wanted', async () => {
        // The same words in another order have the same bigrams.
        const same = permutations(['aa', 'ba', 'ca', 'da', 'ea']).map((words) => words.join(' '));
        await kb.add(same, ann);
        const matches = await kb.search(bigramVector(same[0] ?? ''), 3);
        expect(new Set(matches.map(({ similarity }) => similarity)).size).toBe(1);
        expect(matches.map(({ line }) => line.id)).toEqual(same.map(lineId).sort().slice(0, 3));
      });

      it('finds nothing in an empty one, and all of a small one', async () => {
        expect(await kb.search(bigramVector('x'), 5)).toEqual([]);
        await kb.add(['one', 'two'], ann);
        expect(await kb.search(bigramVector('x'), 5)).toHaveLength(2);
        expect(await kb.search(bigramVector('x'), 0)).toEqual([]);
      });

      it('never shows a removed line, and fills its place', async () => {
        const lines = Array.from({ length: 40 }, (_, i) => `line ${i}`);
        const { added } = await kb.add(lines, ann);
        for (const { id } of added.slice(0, 30)) await kb.remove(id, ann);
        const matches = await kb.search(bigramVector('line 1'), 10);
        expect(texts(matches.map(({ line }) => line)).sort()).toEqual(lines.slice(30).sort());
      });

      it('refuses a vector of another length', async () => {
        await expect(kb.search(new Float32Array(3), 5)).rejects.toMatchObject({ code: 'invalid_request' });
      });
    });

    describe('ids', () => {
      it('takes an unambiguous beginning of four characters, in any case', async () => {
        const { added } = await kb.add(['one'], ann);
        const id = added[0]?.id ?? '';
        expect((await kb.get(id.slice(0, 4).toUpperCase())).text).toBe('one');
        await expect(kb.get(id.slice(0, 3))).rejects.toMatchObject({ code: 'ambiguous_id' });
      });

      it('says when a beginning fits more than one line', async () => {
        const [first, second] = twoOfOneBeginning(4);
        await kb.add([first, second], ann);
        const beginning = lineId(first).slice(0, 4);
        await expect(kb.remove(beginning, ann)).rejects.toMatchObject({ code: 'ambiguous_id' });
        expect(await kb.count()).toBe(2);
      });

      it.each(['zzzzzzzzzzzz', "' OR 1=1 --", '%%%%', '____', '', 'a'.repeat(13)])(
        'finds nothing for %j',
        async (id) => {
          await kb.add(['one'], ann);
          await expect(kb.get(id)).rejects.toMatchObject({ code: 'not_found' });
          await expect(kb.remove(id, ann)).rejects.toMatchObject({ code: 'not_found' });
          expect(await kb.count()).toBe(1);
        },
      );
    });

    describe('listing', () => {
      it('pages newest first, and gives the last page for one past the end', async () => {
        await kb.add(['one', 'two'], ann);
        await kb.add(['three', 'four', 'five'], ann);
        const first = await kb.list({ page: 1, pageSize: 2 });
        expect([texts(first.items), first.page, first.pages, first.total]).toEqual([
          ['five', 'four'],
          1,
          3,
          5,
        ]);
        expect(texts((await kb.list({ page: 2, pageSize: 2 })).items)).toEqual(['three', 'two']);
        const past = await kb.list({ page: 99, pageSize: 2 });
        expect([texts(past.items), past.page]).toEqual([['one'], 3]);
        expect((await kb.list({ page: -1, pageSize: 2 })).page).toBe(1);
      });

      it('has one empty page when there is nothing', async () => {
        expect(await kb.list()).toEqual({ items: [], page: 1, pages: 1, total: 0 });
      });

      it('exports oldest first', async () => {
        await kb.add(['one', 'two'], ann);
        await kb.add(['three'], bo);
        const exported: string[] = [];
        for await (const line of kb.export()) exported.push(line.text);
        expect(exported).toEqual(['one', 'two', 'three']);
      });
    });

    describe('changing and taking back', () => {
      it('replaces a line as one change that one undo takes back', async () => {
        const { added } = await kb.add(['old'], ann);
        const result = await kb.replace(added[0]?.id ?? '', ' new  text ', bo);
        expect([result.removed.text, result.added.text, result.added.addedBy]).toEqual([
          'old',
          'new text',
          'U2',
        ]);
        expect(await listed()).toEqual(['new text']);
        expect((await kb.history())[0]).toMatchObject({
          action: 'replace',
          added: [{ text: 'new text' }],
          removed: [{ text: 'old' }],
        });
        await kb.undo(bo);
        expect(await listed()).toEqual(['old']);
        expect((await kb.search(bigramVector('old'), 5)).map(({ line }) => line.text)).toEqual(['old']);
      });

      it('keeps the old line where the new text cannot be one', async () => {
        const { added } = await kb.add(['old'], ann);
        await expect(kb.replace(added[0]?.id ?? '', ' ', ann)).rejects.toMatchObject({ code: 'empty_line' });
        expect(await listed()).toEqual(['old']);
      });

      it('leaves a line that was there before a replacement by its text, when that is taken back', async () => {
        const { added } = await kb.add(['old', 'there'], ann);
        await kb.replace(added[0]?.id ?? '', 'there', bo);
        expect(await listed()).toEqual(['there']);
        await kb.undo(bo);
        expect((await listed()).sort()).toEqual(['old', 'there']);
      });

      it("takes back one's own last change only, one after the other, and never an undo", async () => {
        await kb.add(['first'], ann);
        const { added } = await kb.add(['second'], ann);
        await kb.add(['of bo'], bo);
        await kb.remove(added[0]?.id ?? '', ann);
        expect(await kb.undo(ann)).toMatchObject({ added: [{ text: 'second' }] });
        expect((await listed()).sort()).toEqual(['first', 'of bo', 'second']);
        expect(await kb.undo(ann)).toMatchObject({ removed: [{ text: 'second' }] });
        expect(await kb.undo(ann)).toMatchObject({ removed: [{ text: 'first' }] });
        expect(await kb.undo(ann)).toBeUndefined();
        expect(await listed()).toEqual(['of bo']);
      });

      it('takes a change back once when it is asked twice at once', async () => {
        await kb.add(['first'], ann);
        await kb.add(['second'], ann);
        const undone = await Promise.all([kb.undo(ann), kb.undo(ann)]);
        expect(new Set(undone.map((change) => change?.undoes)).size).toBe(2);
        expect(await listed()).toEqual([]);
      });

      it('leaves a line that somebody else brought back', async () => {
        const { added } = await kb.add(['one'], ann);
        await kb.remove(added[0]?.id ?? '', bo);
        await kb.add(['one'], bo);
        expect(await kb.undo(ann)).toMatchObject({ removed: [] });
        expect(await listed()).toEqual(['one']);
      });

      it('does not take back an import', async () => {
        await kb.importFiles([file(['from file'])]);
        expect(await kb.undo(ann)).toBeUndefined();
        expect(await listed()).toEqual(['from file']);
      });

      it('remembers who changed what, newest first, with the permalink, per line too', async () => {
        const { added } = await kb.add(['one'], ann);
        await kb.add(['two'], bo);
        await kb.add(['two'], bo);
        await kb.remove(added[0]?.id ?? '', ann);
        const history = await kb.history();
        expect(history.map(({ action, by }) => [action, by])).toEqual([
          ['remove', ann],
          ['add', bo],
          ['add', ann],
        ]);
        expect((await kb.history({ lineId: added[0]?.id ?? '' })).map(({ action }) => action)).toEqual([
          'remove',
          'add',
        ]);
        expect(await kb.history({ limit: 1 })).toHaveLength(1);
      });
    });

    describe('importing files', () => {
      it('does nothing for files that did not change', async () => {
        const first = await kb.importFiles([file(['a', 'b', '']), file(['c'], 'c', 'two.md')]);
        expect(first).toMatchObject({ files: 2, unchangedFiles: 0, added: 3, duplicates: 0, removed: 0 });
        expect(first.rejected).toHaveLength(1);
        source.embedded.length = 0;
        const second = await kb.importFiles([file(['a', 'b', '']), file(['c'], 'c', 'two.md')]);
        expect(second).toMatchObject({ files: 2, unchangedFiles: 2, added: 0, duplicates: 0, removed: 0 });
        expect(source.embedded).toEqual([]);
      });

      it('lets a removed line stay away until its file changes', async () => {
        await kb.importFiles([file(['a', 'b'])]);
        await kb.remove(lineId('a'), ann);
        await kb.importFiles([file(['a', 'b'])]);
        expect(await listed()).toEqual(['b']);
        await kb.importFiles([file(['a', 'b', 'c'])]);
        expect((await listed()).sort()).toEqual(['a', 'b', 'c']);
      });

      it('removes what left a file and embeds only what came', async () => {
        await kb.importFiles([file(['a', 'b'])]);
        source.embedded.length = 0;
        expect(await kb.importFiles([file(['b', 'c'])])).toMatchObject({
          added: 1,
          duplicates: 1,
          removed: 1,
        });
        expect((await listed()).sort()).toEqual(['b', 'c']);
        expect(source.embedded).toEqual(['c']);
      });

      it('keeps a line that another file has or a person added first', async () => {
        await kb.add(['of ann'], ann);
        await kb.importFiles([file(['shared', 'of ann', 'own']), file(['shared'], 's', 'two.txt')]);
        expect(await kb.importFiles([file(['rest'])])).toMatchObject({ removed: 1 });
        expect((await listed()).sort()).toEqual(['of ann', 'rest', 'shared']);
        expect(await kb.importFiles([file([], 'none', 'two.txt')])).toMatchObject({ removed: 1 });
        expect((await listed()).sort()).toEqual(['of ann', 'rest']);
      });

      it('removes the lines of a file that was deleted from its folder, and of no other', async () => {
        const folder = 'knowledge';
        const [one, two] = [file(['a', 'shared'], '1', 'one.txt'), file(['b', 'shared'], '2', 'two.txt')];
        await kb.importFiles([file(['named'], '3', 'named.txt')]);
        await kb.importFiles([one, two], { folder });
        expect(await kb.importFiles([two], { folder })).toMatchObject({
          files: 1,
          unchangedFiles: 1,
          removed: 1,
        });
        expect((await listed()).sort()).toEqual(['b', 'named', 'shared']);
        expect(await kb.importFiles([two], { folder })).toMatchObject({ unchangedFiles: 1, removed: 0 });
        expect(await kb.importFiles([], { folder })).toMatchObject({ removed: 0 });
        expect(await kb.importFiles([one, two], { folder })).toMatchObject({ unchangedFiles: 1, added: 1 });
        expect((await listed()).sort()).toEqual(['a', 'b', 'named', 'shared']);
      });

      it('goes on where an import broke off', async () => {
        source.before = () => {
          if (source.embedded.length >= 32) throw new Error('engine down');
        };
        const lines = Array.from({ length: 50 }, (_, i) => `line ${i}`);
        const both = [file(['small'], 's', 'a.txt'), file(lines, 'l', 'b.txt')];
        await expect(kb.importFiles(both)).rejects.toThrow('engine down');
        source.before = () => {};
        expect(await kb.importFiles(both)).toMatchObject({ unchangedFiles: 1, added: 50 });
      });

      it('counts progress over all files', async () => {
        const seen: [number, number][] = [];
        await kb.importFiles([file(['a', 'b']), file(['b', 'c'], 'x', 'two.txt')], {
          onProgress: (done, total) => seen.push([done, total]),
        });
        expect(seen).toEqual([
          [2, 3],
          [3, 3],
        ]);
      });
    });

    it('tells its size and model', async () => {
      await kb.add(['one'], ann);
      expect(await kb.status()).toEqual({
        lines: 1,
        model: 'bigrams',
        fingerprint: 'bigrams@1',
        pending: 0,
      });
    });

    it('finishes what runs when it is closed, then refuses every call', async () => {
      const running = kb.add(['last words'], ann);
      const closing = kb.close();
      expect((await running).added).toHaveLength(1);
      await closing;
      await kb.close();
      const refused = { code: 'shutting_down' };
      await expect(kb.add(['x'], ann)).rejects.toMatchObject(refused);
      await expect(kb.search(bigramVector('x'), 1)).rejects.toMatchObject(refused);
      await expect(kb.list()).rejects.toMatchObject(refused);
      await expect(kb.undo(ann)).rejects.toMatchObject(refused);
      await expect(kb.status()).rejects.toMatchObject(refused);
      await expect(kb.export()[Symbol.asyncIterator]().next()).rejects.toMatchObject(refused);
    });
  });
}

/** Two texts whose ids begin alike. */
function twoOfOneBeginning(length: number): [string, string] {
  const seen = new Map<string, string>();
  for (let i = 0; ; i++) {
    const text = `text ${i}`;
    const beginning = lineId(text).slice(0, length);
    const other = seen.get(beginning);
    if (other !== undefined) return [other, text];
    seen.set(beginning, text);
  }
}

function permutations(words: readonly string[]): string[][] {
  if (words.length === 0) return [[]];
  return words.flatMap((word) =>
    permutations(words.filter((other) => other !== word)).map((rest) => [word, ...rest]),
  );
}
