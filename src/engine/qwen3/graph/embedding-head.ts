import type { GraphBuilder } from '../../onnx/graph-builder.ts';

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
    const norm = graph.node('ReduceL2', [cut, graph.integers('norm_axis', [1])]);
    return graph.node('Div', [cut, norm]);
  };
}
