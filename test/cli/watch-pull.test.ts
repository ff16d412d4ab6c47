import { describe, expect, it } from 'vitest';
import { createStyle } from '../../src/cli/render/style.ts';
import { timeLeft } from '../../src/cli/render/time-left.ts';
import { createSpeed } from '../../src/cli/speed.ts';
import { watchPull } from '../../src/cli/watch-pull.ts';
import type { PullEvent } from '../../src/hub/pull-event.ts';
import type { Language } from '../../src/language.ts';
import { FakeScreen } from './fake-io.ts';

const CLEAR = '\r\u001B[K';
const FILE = 'model.safetensors';

const planned: PullEvent = {
  kind: 'planned',
  model: 'Qwen/Qwen3-Embedding-0.6B',
  source: 'huggingface',
  host: 'huggingface.co',
  revision: 'c54f2e6e80b2d7b7de06f51cec4959f6b3e03418',
  files: 7,
  total: 1_000_000_000,
  done: 0,
};

function watched(options: { isTTY?: boolean; columns?: number; language?: Language } = {}) {
  const screen = new FakeScreen(options);
  const time = { now: 0 };
  const style = () =>
    createStyle({
      ...(options.isTTY ? { width: options.columns ?? 80 } : {}),
      language: options.language ?? 'en',
    });
  const watch = watchPull({ screen, style, now: () => time.now });
  const at = (now: number, done: number) => {
    time.now = now;
    watch.onEvent({ kind: 'progress', file: FILE, done, total: 1_000_000_000 });
  };
  return { screen, time, watch, at, rows: () => screen.text.split(CLEAR).slice(1) };
}

describe('watchPull on a terminal', () => {
  it('shows a bar with the speed and the time left, and takes it away', () => {
    const { screen, watch, at, rows } = watched({ isTTY: true });
    watch.onEvent(planned);
    for (let second = 1; second <= 5; second++) at(second * 1_000, second * 20_000_000);
    watch.finish();
    expect(screen.text).toMatch(
      /^Fetching Qwen\/Qwen3-Embedding-0\.6B from huggingface\.co, revision c54f2e6e80b2: 7\nfiles, 1\.00 GB\.\n/,
    );
    expect(rows().at(0)).toBe('▍···················  2% of 1.00 GB');
    expect(rows().at(-2)).toBe('██··················  10% of 1.00 GB, 20.0 MB/s, 45 s left');
    expect(rows().at(-1)).toBe('');
  });

  it('draws ten times a second at most', () => {
    const { watch, at, rows } = watched({ isTTY: true });
    watch.onEvent(planned);
    for (let ms = 1; ms <= 1_000; ms++) at(ms, ms * 1_000);
    expect(rows().length).toBe(10);
  });

  it('leaves the bar out where the screen is narrow', () => {
    const { watch, at, rows } = watched({ isTTY: true, columns: 40, language: 'zh' });
    watch.onEvent(planned);
    at(1_000, 1_000_000);
    at(2_000, 2_000_000);
    expect(rows().at(-1)).toBe('1.00 GB 的 0%，1.00 MB/秒，还需 16 分 38 秒');
  });

  it('says why it tries again, above the bar', () => {
    const { screen, watch, at } = watched({ isTTY: true });
    watch.onEvent(planned);
    at(1_000, 1_000_000);
    const detail = { en: 'the connection broke off', zh: '连接中断' };
    watch.onEvent({ kind: 'retry', file: FILE, detail, waitMs: 1_500 });
    expect(screen.text.endsWith(`${CLEAR}${FILE}: the connection broke off; next try in 2 s.\n`)).toBe(true);
    watch.onEvent({ kind: 'retry', file: undefined, detail, waitMs: 0 });
    expect(screen.text).toContain('List of files: the connection broke off; fetching it once more.\n');
  });
});

describe('watchPull without a terminal', () => {
  it('says what was there, each tenth but not too often, and each file', () => {
    const { screen, watch, at } = watched();
    watch.onEvent({ ...planned, done: 50_000_000 });
    for (let second = 1; second <= 100; second++) at(second * 1_000, second * 10_000_000);
    watch.onEvent({ kind: 'fetched', file: FILE, size: 1_000_000_000 });
    watch.finish();
    const lines = screen.text.trimEnd().split('\n');
    expect(lines[1]).toBe('50.0 MB of it are here already.');
    expect(lines[2]).toBe('10% of 1.00 GB, 10.0 MB/s, 1 min 30 s left');
    expect(lines.at(-1)).toBe(`${FILE}  1.00 GB`);
    expect(lines).toHaveLength(13);
    expect(screen.text).not.toContain('\r');
  });

  it('says nothing of the kilobytes before the plan', () => {
    const { screen, watch, at } = watched();
    at(10_000, 900_000_000);
    watch.onEvent({ kind: 'fetched', file: 'config.json', size: 700 });
    expect(screen.text).toBe('');
  });
});

describe('createSpeed', () => {
  it('follows the last ten seconds, and begins anew after a fall', () => {
    const time = { now: 0 };
    const speed = createSpeed(() => time.now);
    const note = (now: number, amount: number) => {
      time.now = now;
      speed.note(amount);
    };
    note(0, 0);
    note(500, 100);
    expect(speed.perSecond()).toBeUndefined();
    for (let second = 1; second <= 20; second++) note(second * 1_000, second * 100);
    expect(speed.perSecond()).toBe(100);
    for (let second = 1; second <= 10; second++) note(20_000 + second * 1_000, 2_000 + second * 500);
    expect(speed.perSecond()).toBe(500);
    note(31_000, 10);
    expect(speed.perSecond()).toBeUndefined();
    time.now = 40_000;
    expect(speed.perSecond()).toBeUndefined();
  });
});

describe('timeLeft', () => {
  it.each([
    [0.2, '1 s'],
    [59, '59 s'],
    [61, '1 min 1 s'],
    [3_599.5, '1 h 0 min'],
    [7_500, '2 h 5 min'],
    [-3, '0 s'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(timeLeft(seconds, createStyle())).toBe(text);
  });
});
