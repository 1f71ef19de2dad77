/** The target ONNX: one file with the model, from the examples as they are in the dataset to the outputs. */
import type { OnnxNode } from "../../../core/layers/onnx_node.ts";
import { defineTarget } from "../../define/target.ts";
import type { FinishedRun } from "../../define/figure.ts";
import type { GraphNode, OnnxGraph } from "../../formats/onnx_model.ts";
import type { NamedTensor } from "../../formats/safetensors.ts";
import { type ExportedModel, exportedModel, MODEL_OUTPUTS, type ModelInput, testSet } from "../kinds/exported_model.ts";
import { momentArray } from "../kinds/normalized_numbers.ts";
import { writtenLayers } from "./written_layers.ts";

/** The dimension of a batch: any number of examples. */
const BATCH = "N";
/** The number of the type int32 in the attribute of Cast. */
const INT32 = 6;

/** `--to onnx`. */
export const onnx = defineTarget({
  name: "onnx",
  about: "model.onnx, which takes examples as they are in the dataset and normalizes them itself.",
  source: import.meta.url,
  from: MODEL_OUTPUTS,
  begin: (folder) => `onnxruntime.InferenceSession("${folder}/model.onnx").run(None, {"input": examples})`,
  async write(run, { check }) {
    // Not before it is needed: no other command encodes protocol buffers.
    const { encodeOnnx } = await import("../../formats/onnx_model.ts");
    return { "model.onnx": encodeOnnx(graphOf(run, exportedModel(run))), ...(check ? testSet(run) : {}) };
  },
});

function graphOf({ name }: FinishedRun, model: ExportedModel): OnnxGraph {
  const { layers, shapes, tensors, input } = model;
  const before = normalization(input, shapes[0]);
  const parts = [
    ["input", before.nodes] as const,
    ...writtenLayers(model, "onnx").map((one, i) => [`${i}`, one] as const),
  ];
  const nodes: GraphNode[] = [];
  let last = "input";
  for (const [prefix, part] of parts) {
    const placed = placedNodes(part, prefix, last);
    nodes.push(...placed);
    last = placed.at(-1)?.output ?? last;
  }
  nodes.push({ op: "Identity", inputs: [last], output: "output", attributes: {} });
  return {
    name,
    nodes,
    constants: [...before.constants, ...tensors],
    input: { name: "input", type: input.table === null ? "float32" : "uint8", shape: [BATCH, ...input.shape] },
    output: { name: "output", type: "float32", shape: [BATCH, ...shapes[layers.length]] },
  };
}

/** The nodes of a layer in the graph: what they name is that of the layer `prefix`, and "x" is `input`. */
function placedNodes(nodes: readonly OnnxNode[], prefix: string, input: string): GraphNode[] {
  const nameOf = (name: string) => name === "x" ? input : name === "" ? "" : `${prefix}.${name}`;
  const outputs = nodes.map(({ output }, i) => nameOf(output ?? `node${i}`));
  return nodes.map(({ op, inputs, attributes = {} }, i) => {
    return { op, inputs: inputs?.map(nameOf) ?? [outputs[i - 1] ?? input], output: outputs[i], attributes };
  });
}

/** What is done to examples before the first layer, which takes this shape. */
function normalization(
  { table, moments }: ModelInput,
  shape: readonly number[],
): { nodes: OnnxNode[]; constants: NamedTensor[] } {
  const constant = (name: string, data: Float32Array, shape: number[]): NamedTensor => ({
    name: `input.${name}`,
    shape,
    data,
  });
  const [nodes, constants]: [OnnxNode[], NamedTensor[]] = table !== null
    ? [
      [
        { op: "Cast", output: "bytes", attributes: { to: INT32 } },
        { op: "Gather", inputs: ["table", "bytes"], output: "values" },
      ],
      [constant("table", table, [table.length])],
    ]
    : moments !== null
    ? [
      [
        { op: "Sub", inputs: ["x", "mean"], output: "centred" },
        { op: "Div", inputs: ["centred", "std"], output: "values" },
      ],
      (["mean", "std"] as const).map((name) => {
        const { shape, data } = momentArray(moments[name]);
        return constant(name, data, shape);
      }),
    ]
    : [[{ op: "Identity", output: "values" }], []];
  // In a shape for Reshape, 0 is the size that the dimension has.
  const reshape: OnnxNode[] = [
    { op: "Constant", inputs: [], output: "shape", attributes: { value_ints: [0, ...shape] } },
    { op: "Reshape", inputs: ["values", "shape"] },
  ];
  return { nodes: [...nodes, ...reshape], constants };
}
