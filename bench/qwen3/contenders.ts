import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Found, Peers } from './peers.ts';

/** One row of the comparison. */
export interface Contender {
  readonly name: string;
  readonly ours: boolean;
  /** The precision, in the contender's words. */
  readonly variant: string;
  /** Its process; a job's file is added. */
  readonly command: readonly [string, ...string[]];
  /** What it reads, so that all of it can lie in the page cache before the clock starts. */
  readonly reads: readonly string[];
  /** Why it cannot run here. */
  readonly absent?: string;
}

/** The row that every other one's vectors are compared with. */
export const REFERENCE = 'sentence-transformers fp32';

/** Every row, the peers first. @param eightBit Our file of 8-bit weights. */
export function contenders(peers: Peers, checkpoint: string, eightBit: string): Contender[] {
  const weights = join(checkpoint, 'model.safetensors');
  const python = 'path' in peers.python ? peers.python.path : 'python3';
  const onnx = (file: string) => ('path' in peers.onnx ? [join(peers.onnx.path, 'onnx', file)] : []);
  const torch = (name: string, variant: string): Contender => ({
    name: `sentence-transformers ${name}`,
    ours: false,
    variant,
    command: [python, fileURLToPath(new URL('peers/sentence_transformers_peer.py', import.meta.url))],
    reads: [weights],
    ...lacking(peers.python),
  });
  const transformersJs = (variant: string, files: readonly string[]): Contender => ({
    name: `transformers.js ${variant}`,
    ours: false,
    variant,
    command: node('transformers-js'),
    reads: files.flatMap(onnx),
    ...lacking(peers.packages, peers.onnx),
  });
  const ours = (name: string, child: string, variant: string): Contender => ({
    name,
    ours: true,
    variant,
    command: node(child),
    reads: [weights, eightBit],
  });
  return [
    torch('fp32', 'float32'),
    torch('bf16', 'bfloat16'),
    transformersJs('fp32', ['model.onnx', 'model.onnx_data']),
    transformersJs('q8', ['model_quantized.onnx']),
    {
      name: 'node-llama-cpp Q8_0',
      ours: false,
      variant: 'q8_0',
      command: node('node-llama-cpp'),
      reads: 'path' in peers.gguf ? [peers.gguf.path] : [],
      ...lacking(peers.packages, peers.gguf),
    },
    ours('ours fp32', 'ours', 'fp32'),
    ours('ours fp32, instruction not cached', 'ours-uncached', 'fp32'),
    ours('ours int8', 'ours', 'int8'),
    ours('ours int8, instruction not cached', 'ours-uncached', 'int8'),
  ];
}

/** A program of the `children` folder, compiled: what is measured runs without a compiler beside it. */
export function node(child: string): [string, string] {
  const file = new URL(`dist/bench/qwen3/children/${child}.js`, import.meta.url);
  return [process.execPath, fileURLToPath(file)];
}

function lacking(...needs: readonly Found[]): { absent?: string } {
  const reasons = needs.flatMap((need) => ('absent' in need ? [need.absent] : []));
  return reasons.length > 0 ? { absent: reasons.join('; ') } : {};
}
