import { describe, expect, it } from 'vitest';
import { createProgress } from '../../src/cli/progress.ts';
import { createStyle } from '../../src/cli/render/style.ts';
import { FakeScreen } from './fake-io.ts';

function progressOn(screen: FakeScreen) {
  const time = { now: 0 };
  return { time, progress: createProgress({ screen, style: createStyle(), now: () => time.now }) };
}

describe('createProgress', () => {
  it('appears after a second, moves, and leaves the row empty', () => {
    const screen = new FakeScreen({ isTTY: true });
    const { time, progress } = progressOn(screen);
    progress.update(10, 10_000);
    expect(screen.text).toBe('');
    time.now = 1_500;
    progress.update(2_500, 10_000);
    expect(screen.text).toBe('\r\u001B[KImporting  █████···············  25%  2,500/10,000');
    time.now = 1_510;
    progress.update(2_501, 10_000);
    expect(screen.text).not.toContain('2,501');
    progress.finish();
    expect(screen.text.endsWith('\r\u001B[K')).toBe(true);
  });

  it('says nothing about short work', () => {
    const screen = new FakeScreen({ isTTY: true });
    const { time, progress } = progressOn(screen);
    time.now = 900;
    progress.update(10, 10);
    progress.finish();
    expect(screen.text).toBe('');
  });

  it('says nothing where nobody watches', () => {
    const screen = new FakeScreen();
    const { time, progress } = progressOn(screen);
    time.now = 5_000;
    progress.update(1, 2);
    progress.finish();
    expect(screen.text).toBe('');
  });
});
