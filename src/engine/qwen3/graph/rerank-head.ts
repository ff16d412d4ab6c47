import type { GraphBuilder } from '../../onnx/graph-builder.ts';

/**
 * The probability of "yes" against "no", from their two rows of the output matrix: a softmax over two logits is the
 * sigmoid of their difference, so one row, the difference, is enough.
 * @param yesMinusNo [hidden]
 */
export function rerankHead(yesMinusNo: Float32Array) {
  return (graph: GraphBuilder, hidden: string): string => {
    const row = graph.floats('yes_minus_no', yesMinusNo, [yesMinusNo.length, 1]);
    return graph.node('Sigmoid', [graph.node('MatMul', [hidden, row])]);
  };
}
