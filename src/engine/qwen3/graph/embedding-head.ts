import type { GraphBuilder } from '../../onnx/graph-builder.ts';
import { float, int } from '../../onnx/types.ts';

/** Far below the mean square of any hidden state, and above zero, as the operator wants it. */
const SMALLEST = 1e-20;

/** Unit vectors of the first `dimensions` values: cut first, then normalised, as Matryoshka training wants it. */
export function embeddingHead(dimensions: number, hiddenSize: number) {
  return (graph: GraphBuilder, hidden: string): string => {
    const cut =
      dimensions === hiddenSize
        ? hidden
        : graph.node('Slice', [
            hidden,
            graph.integers('cut_from', [0]),
            graph.integers('cut_to', [dimensions]),
            graph.integers('cut_axis', [1]),
          ]);
    // A row's root mean square is its norm over the root of its width. One operator that every device has; reductions
    // need cuDNN on CUDA.
    const scale = new Float32Array(dimensions).fill(1 / Math.sqrt(dimensions));
    return graph.node('SimplifiedLayerNormalization', [cut, graph.floats('unit_scale', scale)], {
      attributes: { axis: int(-1), epsilon: float(SMALLEST) },
    });
  };
}
