import type { GraphBuilder } from '../../onnx/graph-builder.ts';
import { int } from '../../onnx/types.ts';
import type { Weights } from '../graph/weights.ts';
import type { EightBitLayout } from './layout.ts';
import { BLOCK, blocksOf } from './quantize-rows.ts';

/** Activations are quantised to 8 bits too, each row by itself: the fastest kernels, and what the error is measured with. */
const ACCURACY_INT8 = 4;

/** 8-bit matrices of our own file; embedding table and norms from the checkpoint. */
export class EightBitWeights implements Weights {
  readonly compute = 'float32';
  readonly #rest: Weights;
  readonly #layout: EightBitLayout;
  readonly #location: string;

  /** @param location The 8-bit file, as the session finds it. */
  constructor(rest: Weights, layout: EightBitLayout, location: string) {
    this.#rest = rest;
    this.#layout = layout;
    this.#location = location;
  }

  embed(graph: GraphBuilder, ids: string): string {
    return this.#rest.embed(graph, ids);
  }

  norm(graph: GraphBuilder, name: string): string {
    return this.#rest.norm(graph, name);
  }

  multiply(graph: GraphBuilder, name: string, input: string): string {
    const matrix = this.#layout.matrices.get(name);
    if (!matrix) throw new Error(`There are no 8-bit weights for ${name}.`);
    const { rows, width } = matrix;
    const location = this.#location;
    const blocks = blocksOf(width);
    const codes = graph.initializer({
      name: `${name}.codes`,
      type: 'uint8',
      shape: [rows, blocks, BLOCK],
      data: { location, ...matrix.codes },
    });
    const scales = graph.initializer({
      name: `${name}.scales`,
      type: 'float32',
      shape: [rows * blocks],
      data: { location, ...matrix.scales },
    });
    return graph.node('MatMulNBits', [input, codes, scales], {
      domain: 'com.microsoft',
      attributes: {
        K: int(width),
        N: int(rows),
        bits: int(8),
        block_size: int(BLOCK),
        accuracy_level: int(ACCURACY_INT8),
      },
    });
  }
}
