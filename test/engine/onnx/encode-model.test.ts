import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../../src/engine/onnx/encode-model.ts';
import { GraphBuilder } from '../../../src/engine/onnx/graph-builder.ts';
import { float, int, ints } from '../../../src/engine/onnx/types.ts';

async function run(
  graph: GraphBuilder,
  feeds: Record<string, Tensor>,
): Promise<InferenceSession.OnnxValueMapType> {
  const session = await InferenceSession.create(encodeModel(graph.build('test')));
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

describe('encodeModel', () => {
  it('writes a graph that onnxruntime loads and computes, with every kind of attribute', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', ['n', 2]);
    const product = graph.node('Gemm', [x, graph.floats('w', Float32Array.of(1, 2, 3, 4), [2, 2])], {
      attributes: { transB: int(1), alpha: float(0.5) },
    });
    const turned = graph.node('Transpose', [product], { attributes: { perm: ints(1, 0) } });
    graph.node('Reshape', [turned, graph.integers('flat', [-1])], { outputs: ['y'] });
    graph.output('y', 'float32', ['m']);
    const { y } = await run(graph, { x: new Tensor('float32', [1, 1, 2, 0], [2, 2]) });
    // x wᵀ / 2 is [[1.5, 3.5], [1, 3]].
    expect(y?.data).toEqual(Float32Array.of(1.5, 1, 3.5, 3));
  });

  it('writes negative and large numbers', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'int64', [1]);
    const large = 2 ** 52;
    graph.node('Sub', [x, graph.integers('c', [-large])], { outputs: ['y'] });
    graph.output('y', 'int64', [1]);
    const { y } = await run(graph, { x: new Tensor('int64', [-1n], [1]) });
    expect(y?.data).toEqual(BigInt64Array.of(BigInt(large) - 1n));
  });

  it('leaves out optional inputs and uses operators of onnxruntime itself', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', [1, 2]);
    const one = graph.floats('one', Float32Array.of(1, 1));
    graph.node('SkipSimplifiedLayerNormalization', [x, x, one], {
      domain: 'com.microsoft',
      attributes: { epsilon: float(0) },
      outputs: ['y', '', '', 'sum'],
    });
    graph.output('y', 'float32', [1, 2]);
    graph.output('sum', 'float32', [1, 2]);
    const { y, sum } = await run(graph, { x: new Tensor('float32', [3, 3], [1, 2]) });
    expect([y?.data, sum?.data]).toEqual([Float32Array.of(1, 1), Float32Array.of(6, 6)]);
  });
});
