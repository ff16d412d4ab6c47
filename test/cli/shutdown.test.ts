import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createCloseStack } from '../../src/cli/close-stack.ts';
import { watchParent } from '../../src/cli/serve/watch-parent.ts';
import { listenForShutdown } from '../../src/cli/shutdown-signal.ts';

describe('createCloseStack', () => {
  it('closes the latest first, goes on after a failure, and closes once', async () => {
    const closed: string[] = [];
    const failed: string[] = [];
    const stack = createCloseStack((name) => failed.push(name));
    stack.defer('engine', () => {
      closed.push('engine');
    });
    stack.defer('store', () => Promise.reject(new Error('stuck')));
    stack.defer('web', async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      closed.push('web');
    });
    await Promise.all([stack.close(), stack.close()]);
    await stack.close();
    expect(closed).toEqual(['web', 'engine']);
    expect(failed).toEqual(['store']);
  });
});

describe('listenForShutdown', () => {
  function listen() {
    const source = new EventEmitter();
    const exits: number[] = [];
    const time = { now: 0 };
    const shutdown = listenForShutdown({ source, exitNow: (code) => exits.push(code), now: () => time.now });
    return { source, exits, time, shutdown };
  }

  it('ends gracefully at the first signal and at once at the second', () => {
    const { source, exits, time, shutdown } = listen();
    source.emit('SIGTERM', 'SIGTERM');
    expect(shutdown.signal.aborted).toBe(true);
    expect(exits).toEqual([]);
    time.now = 1000;
    source.emit('SIGINT', 'SIGINT');
    source.emit('SIGTERM', 'SIGTERM');
    expect(exits).toEqual([130, 143]);
  });

  it('takes a Ctrl-C that arrives twice within a moment for one', () => {
    const { source, exits, time } = listen();
    source.emit('SIGINT', 'SIGINT');
    time.now = 20;
    source.emit('SIGINT', 'SIGINT');
    expect(exits).toEqual([]);
  });

  it('stops listening when closed', () => {
    const { source, shutdown } = listen();
    shutdown.close();
    expect(source.listenerCount('SIGINT') + source.listenerCount('SIGTERM')).toBe(0);
    shutdown.trigger();
    expect(shutdown.signal.aborted).toBe(true);
  });
});

describe('watchParent', () => {
  it('tells once that the parent has ended, and nothing while it lives or after it was stopped', async () => {
    const parent = { id: 10 };
    let lost = 0;
    const watch = () => watchParent({ parentId: () => parent.id, onLost: () => lost++, intervalMs: 1 });
    watch();
    const stop = watch();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(lost).toBe(0);
    stop();
    parent.id = 1;
    await expect.poll(() => lost).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(lost).toBe(1);
  });
});
