/** Nodes of ONNX as plain data: how a layer is written there. Encoding them is not core's affair. */

/** An attribute. A number, or a list of them, is an integer; floats say so, because 1 could be either. */
export type OnnxAttribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly floats: readonly number[] };

/** A node: an operator of ONNX, opset 17, and what it is applied to. */
export interface OnnxNode {
  /** The operator's name: "Gemm". */
  readonly op: string;
  /**
   * "x" for the layer's input, the names of its parameters, and the names of the outputs of nodes before this one; ""
   * where an optional input is left out. Default: the output of the node before, for the first one "x".
   */
  readonly inputs?: readonly string[];
  /** A name for its output, if another node than the next one reads it. The last node's output is the layer's. */
  readonly output?: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}
