import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KbError } from '../../src/errors.ts';
import { EMBEDDED_AT_OPEN, openStore } from '../../src/store/lance/open-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bigramVector, WordVectors } from '../support/word-vectors.ts';

const by = { id: 'U1', source: 'terminal' };

async function open(location: string, source = new WordVectors(), compactAfterWrites = 64) {
  const warnings: string[] = [];
  const logger = { warn: (_: object, message: string) => void warnings.push(message) };
  const store = await openStore({ location, source, logger, compactAfterWrites });
  onTestFinished(() => store.close());
  return { store, source, warnings };
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `line ${i}`);

async function until(fits: () => Promise<boolean>): Promise<void> {
  while (!(await fits())) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('a store that is opened again', () => {
  it('has everything and embeds nothing', async () => {
    const location = await temporaryFolder();
    const first = await open(location);
    await first.store.lines.add(['one', 'two'], by);
    await first.store.lines.importFiles([{ name: 'a.txt', lines: ['three'], digest: 'd' }]);
    await first.store.close();
    const { store, source } = await open(location);
    await store.lines.importFiles([{ name: 'a.txt', lines: ['three'], digest: 'd' }]);
    expect(await store.lines.count()).toBe(3);
    expect((await store.lines.search(bigramVector('two'), 1))[0]?.line.text).toBe('two');
    expect(source.embedded).toEqual([]);
    expect(await store.lines.undo(by)).toMatchObject({ removed: [{ text: 'one' }, { text: 'two' }] });
  });
});

describe('another model', () => {
  it('embeds all lines into its own table, and leaves those of the first', async () => {
    const location = await temporaryFolder();
    const first = await open(location);
    await first.store.lines.add(numbered(40), by);
    await first.store.close();

    const second = await open(location, new WordVectors('other'));
    expect(await second.store.lines.status()).toMatchObject({ lines: 40, model: 'other', pending: 0 });
    expect(second.source.embedded).toHaveLength(40);
    await second.store.close();

    const again = await open(location);
    expect(await again.store.lines.status()).toMatchObject({ lines: 40, pending: 0 });
    expect(again.source.embedded).toEqual([]);
  });

  it('embeds many in the background, while searches see those that are done', async () => {
    const location = await temporaryFolder();
    const first = await open(location);
    const count = EMBEDDED_AT_OPEN + 50;
    await first.store.lines.add(numbered(count), by);
    await first.store.close();

    const slow = new WordVectors('other');
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    slow.before = async () => {
      if (slow.embedded.length >= 64) await gate;
    };
    const { store } = await open(location, slow);
    await until(async () => (await store.lines.status()).pending === count - 64);
    expect(await store.lines.search(bigramVector('line 1'), count)).toHaveLength(64);
    expect((await store.lines.list()).total).toBe(count);
    release();
    await until(async () => (await store.lines.status()).pending === 0);
    expect(await store.lines.search(bigramVector('line 1'), count)).toHaveLength(count);
  });

  it('opens while its engine is down, and catches up when it is back', async () => {
    const location = await temporaryFolder();
    const first = await open(location);
    await first.store.lines.add(['one'], by);
    await first.store.close();

    const source = new WordVectors('other');
    source.before = () => {
      throw new KbError('engine_unavailable', { values: { url: 'http://127.0.0.1:1', detail: '' } });
    };
    const { store, warnings } = await open(location, source);
    expect(await store.lines.status()).toMatchObject({ lines: 1, pending: 1 });
    expect(warnings).toEqual(['lines could not be embedded yet']);
    source.before = () => {};
    await until(async () => (await store.lines.search(bigramVector('one'), 1)).length === 1);
  });

  it('gets the lines that a process with the first model adds', async () => {
    const location = await temporaryFolder();
    const first = await open(location);
    const second = await open(location, new WordVectors('other'));
    await first.store.lines.add(['new here'], by);
    await until(async () => (await second.store.lines.search(bigramVector('new here'), 1)).length === 1);
    expect(second.source.embedded).toEqual(['new here']);
  });
});

describe('closing', () => {
  it('stops an import, which goes on where it was at the next start', async () => {
    const location = await temporaryFolder();
    const { store, source } = await open(location);
    const files = [
      { name: 'a.txt', lines: numbered(10), digest: 'a' },
      { name: 'b.txt', lines: ['slow'], digest: 'b' },
    ];
    let closing: Promise<void> | undefined;
    source.before = () => {
      if (source.embedded.length > 0) closing = store.close();
    };
    await expect(store.lines.importFiles(files)).rejects.toMatchObject({ code: 'cancelled' });
    await closing;
    const again = await open(location);
    expect(await again.store.lines.importFiles(files)).toMatchObject({ unchangedFiles: 1, added: 1 });
    expect(again.source.embedded).toEqual(['slow']);
  });
});

describe('many small writes', () => {
  it('keep the fragments few and everything found', { timeout: 120_000 }, async () => {
    const location = await temporaryFolder();
    const { store, warnings } = await open(location, new WordVectors(), 8);
    for (const line of numbered(30)) await store.lines.add([line], by);
    const { store: reader } = await open(location);
    expect(await reader.lines.search(bigramVector('line 1'), 200)).toHaveLength(30);
    await store.close();
    const connection = await connect(location);
    const fragments: Record<string, number> = {};
    for (const name of await connection.tableNames()) {
      const stats = await (await connection.openTable(name)).stats();
      fragments[name] = stats.fragmentStats.numFragments;
    }
    expect(Math.max(...Object.values(fragments)), JSON.stringify(fragments)).toBeLessThanOrEqual(16);
    expect(warnings).toEqual([]);
  });

  it('of 200 callers at once share a few commits', async () => {
    const location = await temporaryFolder();
    const { store } = await open(location);
    const results = await Promise.all(numbered(200).map((line) => store.lines.add([line], by)));
    expect(results.every(({ added }) => added.length === 1)).toBe(true);
    expect(await store.lines.history({ limit: 300 })).toHaveLength(200);
    const table = await (await connect(location)).openTable('lines');
    expect(await table.version()).toBeLessThan(40);
  });
});

describe('a new store', () => {
  it('may be opened by many at once', async () => {
    const location = await temporaryFolder();
    const opened = await Promise.all(Array.from({ length: 6 }, () => open(location)));
    await Promise.all(opened.map(({ store }, i) => store.lines.add([`line ${i}`], by)));
    for (const { store } of opened) expect((await store.lines.list()).items).toHaveLength(6);
  });

  it('whose making was cut short is made to its end', async () => {
    const location = await temporaryFolder();
    for (const part of ['lines.lance/_transactions', 'history.lance/_versions', 'inbox.lance']) {
      await mkdir(join(location, part), { recursive: true });
    }
    const { store } = await open(location);
    await store.lines.add(['one'], by);
    expect((await store.lines.list()).items).toHaveLength(1);
  });
});

describe('data that cannot be used', () => {
  const refused = (detail: RegExp) => ({ code: 'store', message: expect.stringMatching(detail) });

  it('of a newer version is refused with what to do', async () => {
    const location = await temporaryFolder();
    await (await open(location)).store.close();
    const connection = await connect(location);
    const meta = await connection.openTable('meta');
    await meta.update({ where: "key = 'schema_version'", values: { value: '2' } });
    await expect(openStore({ location, source: new WordVectors() })).rejects.toMatchObject(
      refused(/version 2.*newer program/),
    );
  });

  it('in a damaged table is refused', async () => {
    const location = await temporaryFolder();
    const { store } = await open(location);
    await store.lines.add(['one'], by);
    await store.close();
    const versions = join(location, 'lines.lance', '_versions');
    for (const name of await readdir(versions)) await writeFile(join(versions, name), 'rubbish');
    await expect(openStore({ location, source: new WordVectors() })).rejects.toMatchObject({ code: 'store' });
  });

  it('whose files are lost is refused', async () => {
    const location = await temporaryFolder();
    const { store } = await open(location);
    await store.lines.add(['one'], by);
    await rm(join(location, 'lines.lance', 'data'), { recursive: true });
    await expect(openStore({ location, source: new WordVectors() })).rejects.toMatchObject({ code: 'store' });
  });

  it('of a row that is not one is refused', async () => {
    const location = await temporaryFolder();
    const { store } = await open(location);
    await store.lines.add(['one'], by);
    const table = await (await connect(location)).openTable('lines');
    await table.update({ values: { id: 'Not An Id' } });
    await expect(store.lines.list()).rejects.toMatchObject(
      refused(/row of the table lines is damaged \(id\)/),
    );
  });

  it('at a place that is a file is refused', async () => {
    const location = join(await temporaryFolder(), 'file');
    await writeFile(location, 'x');
    await expect(openStore({ location, source: new WordVectors() })).rejects.toMatchObject({ code: 'store' });
    await expect(openStore({ location: ' ', source: new WordVectors() })).rejects.toMatchObject({
      code: 'store',
    });
  });
});
