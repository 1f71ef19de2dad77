/**
 * ONNX models: a graph as the messages of onnx.proto, with its published field numbers. The files are of IR version 8 with
 * opset 17, both of 2022.
 */
import { PbfWriter } from "pbf";
import { FormatError } from "../../core/errors.ts";
import type { OnnxAttribute } from "../../core/layers/onnx_node.ts";
import type { NamedTensor } from "./safetensors.ts";

const [IR_VERSION, OPSET] = [8, 17];

/** The numbers of TensorProto.DataType. */
const TYPES = { float32: 1, uint8: 2 } as const;

/** An input or the output of a graph. */
export interface OnnxValue {
  readonly name: string;
  readonly type: "float32" | "uint8";
  /** A text is the name of a dimension that any size fits. */
  readonly shape: readonly (number | string)[];
}

/** A node with the names, in the graph, of what it is applied to and of its output. */
export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A graph: nodes in the order in which they are computed, constants, an input and an output. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly constants: readonly NamedTensor[];
  readonly input: OnnxValue;
  readonly output: OnnxValue;
}

/** Serializes a graph as a model. @throws FormatError for a number in an attribute that is no integer. */
export function encodeOnnx(graph: OnnxGraph): Uint8Array<ArrayBuffer> {
  const file = new PbfWriter();
  file.writeVarintField(1, IR_VERSION);
  file.writeStringField(2, "retrace");
  file.writeMessage(7, writeGraph, graph);
  file.writeMessage(8, (version, to) => to.writeVarintField(2, version), OPSET);
  return new Uint8Array(file.finish());
}

function writeGraph({ name, nodes, constants, input, output }: OnnxGraph, to: PbfWriter): void {
  for (const node of nodes) to.writeMessage(1, writeNode, node);
  to.writeStringField(2, name);
  for (const constant of constants) to.writeMessage(5, writeTensor, constant);
  to.writeMessage(11, writeValue, input);
  to.writeMessage(12, writeValue, output);
}

function writeNode({ op, inputs, output, attributes }: GraphNode, to: PbfWriter): void {
  for (const input of inputs) to.writeStringField(1, input);
  to.writeStringField(2, output);
  to.writeStringField(3, output);
  to.writeStringField(4, op);
  for (const [name, value] of Object.entries(attributes)) {
    to.writeMessage(5, (value, to) => {
      to.writeStringField(1, name);
      writeAttribute(value, to, `the attribute ${name} of ${op}`);
    }, value);
  }
}

/** Field 20 is the type of an attribute, of which there is one for each field that can hold its value. */
function writeAttribute(value: OnnxAttribute, to: PbfWriter, label: string): void {
  const integers = [value].flat().filter((one) => typeof one === "number");
  const wrong = integers.find((number) => !Number.isSafeInteger(number));
  if (wrong !== undefined) {
    throw new FormatError(`${label}: expected an integer, but found ${wrong}. Write { float: ${wrong} }.`);
  }
  if (typeof value === "string") {
    to.writeStringField(4, value);
    to.writeVarintField(20, 3);
  } else if (typeof value === "number") {
    to.writeVarintField(3, value);
    to.writeVarintField(20, 2);
  } else if ("float" in value) {
    to.writeFloatField(2, value.float);
    to.writeVarintField(20, 1);
  } else if ("floats" in value) {
    for (const one of value.floats) to.writeFloatField(7, one);
    to.writeVarintField(20, 6);
  } else {
    for (const one of value) to.writeVarintField(8, one);
    to.writeVarintField(20, 7);
  }
}

function writeTensor({ name, shape, data }: NamedTensor, to: PbfWriter): void {
  for (const size of shape) to.writeVarintField(1, size);
  to.writeVarintField(2, TYPES.float32);
  to.writeStringField(8, name);
  to.writeBytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** A value's type is a TypeProto with a Tensor, whose shape has a message per dimension. */
function writeValue({ name, type, shape }: OnnxValue, to: PbfWriter): void {
  const writeDimension = (size: number | string, to: PbfWriter) =>
    typeof size === "number" ? to.writeVarintField(1, size) : to.writeStringField(2, size);
  const writeShape = (_: null, to: PbfWriter) => {
    for (const size of shape) to.writeMessage(1, writeDimension, size);
  };
  const writeTensorType = (_: null, to: PbfWriter) => {
    to.writeVarintField(1, TYPES[type]);
    to.writeMessage(2, writeShape, null);
  };
  to.writeStringField(1, name);
  to.writeMessage(2, (_, to) => to.writeMessage(1, writeTensorType, null), null);
}
