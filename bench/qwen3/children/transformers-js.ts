import { importPeer } from './peer-package.ts';
import { serve } from './serve.ts';

/** What is used of `@huggingface/transformers`. */
interface TransformersJs {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  pipeline(task: 'feature-extraction', model: string, options: object): Promise<Extractor>;
}

interface Extractor {
  (texts: string | readonly string[], options: object): Promise<Rows>;
  dispose(): Promise<unknown>;
}

interface Rows {
  readonly dims: readonly [rows: number, width: number];
  readonly data: Float32Array;
}

/** transformers.js as its users call it: one call pads all its texts to the longest. */
await serve(async ({ onnx, peers, threads, variant, instruction }) => {
  const { env, pipeline } = (await importPeer(peers, '@huggingface/transformers')) as TransformersJs;
  env.allowRemoteModels = false;
  env.localModelPath = '/';
  const extract = await pipeline('feature-extraction', onnx, {
    dtype: variant,
    device: 'cpu',
    use_external_data_format: variant === 'fp32',
    session_options: { intraOpNumThreads: threads },
  });
  const embed = async (texts: readonly string[]) => {
    const { dims, data } = await extract(texts, { pooling: 'last_token', normalize: true });
    const [rows, width] = dims;
    return Array.from({ length: rows }, (_, row) => data.slice(row * width, (row + 1) * width));
  };
  return {
    async question(text) {
      return (await embed([instruction + text]))[0] ?? [];
    },
    lines: embed,
    async close() {
      await extract.dispose();
    },
  };
});
