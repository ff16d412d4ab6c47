import { describe, expect, it } from 'vitest';
import { RestartingWorker } from '../../../src/engine/worker/restarting-worker.ts';
import { WorkerClient } from '../../../src/engine/worker/worker-client.ts';

const start = (workerData = 'fine') =>
  WorkerClient.start<string, string>('echo', './echo-worker.ts', import.meta.url, { workerData });

describe('WorkerClient', () => {
  it('runs a TypeScript worker from the sources and matches answers to requests', async () => {
    const client = await start();
    expect(await Promise.all(['a', 'b', 'c'].map((text) => client.request(text)))).toEqual([
      'a!',
      'b!',
      'c!',
    ]);
    await expect(client.request('fail')).rejects.toMatchObject({ code: 'internal' });
    expect(await client.request('d')).toBe('d!');
    await client.close();
    await expect(client.request('e')).rejects.toMatchObject({ code: 'internal' });
  });

  it('tells why a worker cannot load', async () => {
    await expect(start('broken')).rejects.toMatchObject({
      code: 'model',
      message: 'The model echo cannot be used: there is nothing to load.',
    });
  });

  it('lets the worker end what it has before it is stopped, and takes nothing more', async () => {
    const client = await start();
    const running = client.request('work');
    const closed = client.close();
    await expect(client.request('late')).rejects.toMatchObject({ code: 'shutting_down' });
    expect(await running).toBe('work!');
    await closed;
    expect(client.dead).toBe(true);
  });

  it('closes where the worker dies on the way', async () => {
    const client = await start();
    const dying = client.request('die');
    await Promise.all([expect(dying).rejects.toMatchObject({ code: 'internal' }), client.close()]);
  });

  it('rejects what was asked of a worker that dies', async () => {
    const client = await start();
    const [dying, after] = [client.request('die'), client.request('a')];
    await expect(dying).rejects.toMatchObject({ code: 'internal' });
    await expect(after).rejects.toMatchObject({ code: 'internal' });
    expect(client.dead).toBe(true);
  });
});

describe('RestartingWorker', () => {
  it('starts a new worker after one died, once for all who wait', async () => {
    let starts = 0;
    const worker = await RestartingWorker.open(() => {
      starts++;
      return start();
    });
    await expect(worker.request('die')).rejects.toMatchObject({ code: 'internal' });
    expect(await Promise.all([worker.request('a'), worker.request('b')])).toEqual(['a!', 'b!']);
    expect(starts).toBe(2);
    await worker.close();
  });

  it('tries again after a start that failed', async () => {
    const kinds = ['fine', 'broken', 'fine'];
    const worker = await RestartingWorker.open(() => start(kinds.shift()));
    await expect(worker.request('die')).rejects.toMatchObject({ code: 'internal' });
    await expect(worker.request('a')).rejects.toMatchObject({ code: 'model' });
    expect(await worker.request('a')).toBe('a!');
    await worker.close();
  });
});
