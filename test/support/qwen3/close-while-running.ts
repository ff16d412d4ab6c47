import { openQwen3Embedder } from '../../../src/engine/qwen3/qwen3-embedder.ts';

const [folder = '', cacheFolder = ''] = process.argv.slice(2);
const embedder = await openQwen3Embedder({
  name: 'tiny',
  folder,
  cacheFolder,
  device: 'cpu',
  precision: 'fp32',
  threads: 1,
});
const leaving = new AbortController();
// As long as the model reads, so that the thread is inside the runtime when the caller leaves.
const running = embedder.embedLines(['差旅 '.repeat(8000)], { signal: leaving.signal });
setTimeout(() => leaving.abort(), 200);
await running.catch(() => console.log('left'));
await embedder.close();
console.log('closed');
