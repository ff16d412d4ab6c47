import protobuf from 'protobufjs/minimal.js';
import {
  type Attribute,
  elementTypes,
  type Graph,
  type Initializer,
  type Node,
  type ValueInfo,
} from './types.ts';

type Writer = protobuf.Writer;

/** Versions that onnxruntime 1.30 knows: ONNX IR 10, operator sets of ONNX and of `com.microsoft`. */
const IR_VERSION = 10;
const OPSETS = { '': 21, 'com.microsoft': 1 };

const EXTERNAL = 1;
const ATTRIBUTE_TYPES = { float: 1, int: 2, ints: 7 };

/**
 * The graph as the bytes of an ONNX `ModelProto`, the form that an onnxruntime session is created from.
 * Only the fields that {@link Graph} has are written; their numbers are those of onnx.proto3.
 */
export function encodeModel(graph: Graph): Uint8Array {
  const model = protobuf.Writer.create();
  model.uint32(tag(1, VARINT)).int64(IR_VERSION);
  model.uint32(tag(2, BYTES)).string('meaning-radar');
  message(model, 7, (writer) => writeGraph(writer, graph));
  for (const [domain, version] of Object.entries(OPSETS)) {
    message(model, 8, (opset) => {
      opset.uint32(tag(1, BYTES)).string(domain);
      opset.uint32(tag(2, VARINT)).int64(version);
    });
  }
  return model.finish();
}

const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;
const tag = (field: number, wire: number) => (field << 3) | wire;

function message(writer: Writer, field: number, write: (writer: Writer) => void): void {
  writer.uint32(tag(field, BYTES)).fork();
  write(writer);
  writer.ldelim();
}

function strings(writer: Writer, field: number, values: readonly string[]): void {
  for (const value of values) writer.uint32(tag(field, BYTES)).string(value);
}

function writeGraph(writer: Writer, graph: Graph): void {
  for (const node of graph.nodes) message(writer, 1, (inner) => writeNode(inner, node));
  strings(writer, 2, [graph.name]);
  for (const tensor of graph.initializers) message(writer, 5, (inner) => writeTensor(inner, tensor));
  for (const value of graph.inputs) message(writer, 11, (inner) => writeValue(inner, value));
  for (const value of graph.outputs) message(writer, 12, (inner) => writeValue(inner, value));
}

function writeNode(writer: Writer, node: Node): void {
  strings(writer, 1, node.inputs);
  strings(writer, 2, node.outputs);
  strings(writer, 3, [node.name]);
  strings(writer, 4, [node.op]);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message(writer, 5, (inner) => writeAttribute(inner, name, attribute));
  }
  strings(writer, 7, [node.domain]);
}

function writeAttribute(writer: Writer, name: string, attribute: Attribute): void {
  strings(writer, 1, [name]);
  if (attribute.kind === 'float') writer.uint32(tag(2, FIXED32)).float(attribute.value);
  if (attribute.kind === 'int') writer.uint32(tag(3, VARINT)).int64(attribute.value);
  if (attribute.kind === 'ints') {
    for (const value of attribute.value) writer.uint32(tag(8, VARINT)).int64(value);
  }
  writer.uint32(tag(20, VARINT)).int32(ATTRIBUTE_TYPES[attribute.kind]);
}

function writeTensor(writer: Writer, { name, type, shape, data }: Initializer): void {
  for (const size of shape) writer.uint32(tag(1, VARINT)).int64(size);
  writer.uint32(tag(2, VARINT)).int32(elementTypes[type]);
  strings(writer, 8, [name]);
  if ('bytes' in data) {
    writer.uint32(tag(9, BYTES)).bytes(data.bytes);
    return;
  }
  for (const [key, value] of Object.entries(data)) {
    message(writer, 13, (entry) => {
      strings(entry, 1, [key]);
      strings(entry, 2, [String(value)]);
    });
  }
  writer.uint32(tag(14, VARINT)).int32(EXTERNAL);
}

function writeValue(writer: Writer, { name, type, shape }: ValueInfo): void {
  strings(writer, 1, [name]);
  message(writer, 2, (valueType) =>
    message(valueType, 1, (tensor) => {
      tensor.uint32(tag(1, VARINT)).int32(elementTypes[type]);
      message(tensor, 2, (dimensions) => {
        for (const size of shape) {
          message(dimensions, 1, (dimension) => {
            if (typeof size === 'number') dimension.uint32(tag(1, VARINT)).int64(size);
            else strings(dimension, 2, [size]);
          });
        }
      });
    }),
  );
}
