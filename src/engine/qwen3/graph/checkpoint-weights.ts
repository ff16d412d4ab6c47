import type { GraphBuilder } from '../../onnx/graph-builder.ts';
import { type ElementType, elementTypes, int } from '../../onnx/types.ts';
import type { Checkpoint, WeightType } from '../checkpoint/checkpoint.ts';
import type { Weights } from './weights.ts';

/** Where a file lies as seen from the folder that the session is given. */
export type Locate = (file: string) => string;

const stored: Record<WeightType, ElementType> = { BF16: 'bfloat16', F16: 'float16', F32: 'float32' };

/**
 * The weights of a checkpoint as published: the graph's initializers point into its files. Where they are stored in
 * another type than is computed in, the runtime converts them once, when it folds constants.
 */
export class CheckpointWeights implements Weights {
  readonly compute: Weights['compute'];
  readonly #checkpoint: Pick<Checkpoint, 'tensors'>;
  readonly #locate: Locate;

  constructor(checkpoint: Pick<Checkpoint, 'tensors'>, locate: Locate, compute: Weights['compute']) {
    this.#checkpoint = checkpoint;
    this.#locate = locate;
    this.compute = compute;
  }

  /** The rows are converted, not the table: it is a fourth of the small model's weights. */
  embed(graph: GraphBuilder, ids: string): string {
    const table = this.#tensor(graph, 'embed_tokens.weight');
    return this.#cast(graph, graph.node('Gather', [table.name, ids]), table.type);
  }

  norm(graph: GraphBuilder, name: string): string {
    const weight = this.#tensor(graph, name);
    return this.#cast(graph, weight.name, weight.type);
  }

  multiply(graph: GraphBuilder, name: string, input: string): string {
    const weight = this.#tensor(graph, name);
    return graph.node('Gemm', [input, this.#cast(graph, weight.name, weight.type)], {
      attributes: { transB: int(1) },
    });
  }

  #tensor(graph: GraphBuilder, name: string): { name: string; type: ElementType } {
    const place = this.#checkpoint.tensors.get(name);
    if (!place) throw new Error(`The checkpoint has no tensor ${name}.`);
    const type = stored[place.type];
    const { offset, length } = place;
    graph.initializer({
      name,
      type,
      shape: place.shape,
      data: { location: this.#locate(place.file), offset, length },
    });
    return { name, type };
  }

  #cast(graph: GraphBuilder, value: string, from: ElementType): string {
    if (from === this.compute) return value;
    return graph.node('Cast', [value], { attributes: { to: int(elementTypes[this.compute]) } });
  }
}
