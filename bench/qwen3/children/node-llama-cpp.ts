import { importPeer } from './peer-package.ts';
import { serve } from './serve.ts';

/** What is used of `node-llama-cpp`. */
interface NodeLlamaCpp {
  getLlama(options: object): Promise<{ loadModel(options: object): Promise<LlamaModel> }>;
}

interface LlamaModel {
  createEmbeddingContext(options: object): Promise<EmbeddingContext>;
  dispose(): Promise<void>;
}

interface EmbeddingContext {
  getEmbeddingFor(text: string): Promise<{ readonly vector: readonly number[] }>;
}

/** node-llama-cpp as its users call it: it takes one text at a time, and its vectors are not of length 1. */
await serve(async ({ gguf, peers, threads, instruction }) => {
  const { getLlama } = (await importPeer(peers, 'node-llama-cpp')) as NodeLlamaCpp;
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel: 'error',
    maxThreads: threads,
  });
  const model = await llama.loadModel({ modelPath: gguf });
  const context = await model.createEmbeddingContext({ contextSize: 2048, threads });
  const embed = async (text: string) => unit((await context.getEmbeddingFor(text)).vector);
  return {
    question: (text) => embed(instruction + text),
    lines: (texts) => Promise.all(texts.map(embed)),
    close: () => model.dispose(),
  };
});

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
