import type { Attribute, Dimension, ElementType, Graph, Initializer, Node, ValueInfo } from './types.ts';

export interface NodeOptions {
  /** Default: ONNX's own operators. */
  readonly domain?: 'com.microsoft';
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Names of the outputs; an empty one is left out. Default: one of a new name. */
  readonly outputs?: readonly string[];
}

/** Puts a graph together node by node. Every method gives the name by which later nodes refer to the value. */
export class GraphBuilder {
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #nodes: Node[] = [];
  readonly #initializers = new Map<string, Initializer>();

  input(name: string, type: ElementType, shape: readonly Dimension[]): string {
    this.#inputs.push({ name, type, shape });
    return name;
  }

  output(name: string, type: ElementType, shape: readonly Dimension[]): string {
    this.#outputs.push({ name, type, shape });
    return name;
  }

  /** Adds a constant. One of a name that is there already is taken to be the same. */
  initializer(initializer: Initializer): string {
    this.#initializers.set(initializer.name, initializer);
    return initializer.name;
  }

  floats(name: string, values: Float32Array, shape: readonly number[] = [values.length]): string {
    return this.#constant(name, 'float32', values, shape);
  }

  integers(name: string, values: readonly number[]): string {
    return this.#constant(name, 'int64', BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** Gives the first output's name. */
  node(op: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const name = `${op}_${this.#nodes.length}`;
    const outputs = options.outputs ?? [name];
    this.#nodes.push({
      op,
      name,
      inputs,
      outputs,
      domain: options.domain ?? '',
      attributes: options.attributes ?? {},
    });
    return outputs[0] ?? name;
  }

  build(name: string): Graph {
    return {
      name,
      inputs: this.#inputs,
      outputs: this.#outputs,
      nodes: this.#nodes,
      initializers: [...this.#initializers.values()],
    };
  }

  #constant(
    name: string,
    type: ElementType,
    values: Float32Array | BigInt64Array,
    shape: readonly number[],
  ): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return this.initializer({ name, type, shape, data: { bytes } });
  }
}
