import { afterAll } from 'vitest';
import { openRemoteEmbedder } from '../../../src/engine/remote/remote-embedder.ts';
import { embedderContract } from '../embedder.contract.ts';
import { startFakeEngine } from './fake-engine.ts';

const overlong = '年假'.repeat(1000);

const other = await startFakeEngine({ models: [{ id: 'fake-model', max_model_len: 512 }] });
embedderContract('remote', () => openRemoteEmbedder({ url: other.url }), { overlong });

const qwen = await startFakeEngine({ models: [{ id: 'Qwen/Qwen3-Embedding-0.6B', max_model_len: 512 }] });
embedderContract('remote with a Qwen3 model', () => openRemoteEmbedder({ url: qwen.url }), {
  overlong,
  queriesDiffer: true,
});

afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await qwen[Symbol.asyncDispose]();
});
