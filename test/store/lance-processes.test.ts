import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/store/lance/open-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bigramVector, WordVectors } from '../support/word-vectors.ts';

const script = fileURLToPath(new URL('../support/line-writer.ts', import.meta.url));

class Writer {
  readonly output: string[] = [];
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  #listeners: (() => void)[] = [];
  errors = '';

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stderr?.on('data', (chunk) => {
      this.errors += String(chunk);
    });
    if (this.#child.stdout) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => {
        this.output.push(line);
        for (const listener of this.#listeners) listener();
      });
    }
    onTestFinished(() => this.kill());
  }

  go(): void {
    this.#child.stdin?.write('go\n');
  }

  async sees(fits: (output: readonly string[]) => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const check = () => fits(this.output) && resolve();
      this.#listeners.push(check);
      this.ended.then(() => reject(new Error(`the writer ended: ${this.errors}`)));
      check();
    });
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}

async function openHere(location: string) {
  const source = new WordVectors();
  const store = await openStore({ location, source });
  onTestFinished(() => store.close());
  return { source, store };
}

describe('several processes on one folder', { timeout: 180_000 }, () => {
  it('three that add overlapping lines at once end with each line once, and each is told the truth', async () => {
    const location = await temporaryFolder();
    const writers = ['a', 'b', 'c'].map((name) => new Writer([location, name, '0', '12']));
    await Promise.all(writers.map((writer) => writer.sees((output) => output.includes('ready'))));
    for (const writer of writers) writer.go();
    const codes = await Promise.all(writers.map((writer) => writer.ended));
    expect(codes, writers.map(({ errors }) => errors).join('\n')).toEqual([0, 0, 0]);

    const { source, store } = await openHere(location);
    const lines = (await store.lines.list({ pageSize: 100 })).items.map(({ text }) => text);
    expect(lines.sort()).toEqual(Array.from({ length: 12 }, (_, i) => `line ${i}`).sort());
    const told = writers.flatMap(({ output }) => output.filter((line) => line.startsWith('added')));
    expect(told.sort()).toEqual(lines.map((text) => `added ${text}`));
    expect(await store.lines.history({ limit: 100 })).toHaveLength(12);
    const found = await store.lines.search(bigramVector('line 7'), 12);
    expect(new Set(found.map(({ line }) => line.id)).size).toBe(12);
    expect(source.embedded).toEqual([]);
  });

  it('sees at once what another process adds and removes', async () => {
    const location = await temporaryFolder();
    const { store: one } = await openHere(location);
    const { store: other } = await openHere(location);
    const by = { id: 'U1', source: 'terminal' };
    const { added } = await one.lines.add(['hello'], by);
    expect((await other.lines.search(bigramVector('hello'), 5)).map(({ line }) => line.text)).toEqual([
      'hello',
    ]);
    await other.lines.remove(added[0]?.id ?? '', by);
    expect(await one.lines.search(bigramVector('hello'), 5)).toEqual([]);
    expect(await one.lines.count()).toBe(0);
  });
});

describe('kill -9', { timeout: 180_000 }, () => {
  it('loses no acknowledged line', async () => {
    const location = await temporaryFolder();
    const writer = new Writer([location, 'a', '0', '100000']);
    await writer.sees((output) => output.includes('ready'));
    writer.go();
    await writer.sees((output) => output.length > 10);
    await writer.kill();
    const acknowledged = writer.output
      .filter((line) => line.startsWith('added '))
      .map((line) => line.slice('added '.length));
    const { store } = await openHere(location);
    for (const text of acknowledged) {
      expect((await store.lines.search(bigramVector(text), 1))[0]?.line.text).toBe(text);
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(10);
  });

  it.each([
    ['vectors-written', 2],
    ['lines-written', 3],
  ] as const)('after %s leaves whole lines only, and the add can be done again', async (step, whole) => {
    const location = await temporaryFolder();
    const writer = new Writer([location, 'a', '0', '10', step]);
    await writer.sees((output) => output.includes('ready'));
    writer.go();
    await writer.sees((output) => output.includes(`at ${step}`));
    await writer.kill();

    const { store } = await openHere(location);
    expect(await store.lines.status()).toMatchObject({ lines: whole, pending: 0 });
    expect(await store.lines.search(bigramVector('line 2'), 10)).toHaveLength(whole);
    await store.lines.add(['line 2'], { id: 'U1', source: 'terminal' });
    const found = await store.lines.search(bigramVector('line 2'), 10);
    expect(found.map(({ line }) => line.text).sort()).toEqual(['line 0', 'line 1', 'line 2']);
  });
});
