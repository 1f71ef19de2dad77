import { assert, assertEquals, assertGreater } from "@std/assert";
import { modelChart, type ModelGraph } from "../../../pipeline/charts/model_chart.ts";
import { OP_RULES } from "../../../pipeline/charts/op_rules.ts";
import { stepGraphOf } from "../../../pipeline/classifier/charts/step_graph.ts";
import { contrastOf, mustFit, readSvg } from "./svg.ts";

const graphOf = (model: string[], reduction: "sum" | "mean" = "sum", rows = 64): ModelGraph => ({
  title: "a <model> & more",
  note: "",
  ...stepGraphOf({ model, loss: { name: "cross-entropy", reduction, clamp: 1e-10 } }, rows),
});
const TWO_LAYER = ["linear(784,30)", "relu", "linear(30,10)", "softmax"];
const textsOf = (graph: ModelGraph) => readSvg(modelChart(graph)).texts.map(({ text }) => text);
const timesOf = (texts: string[], wanted: string) => texts.filter((text) => text === wanted).length;

Deno.test("modelChart() names every operation, parameter and shape, forward and backward", () => {
  const texts = textsOf(graphOf(TWO_LAYER));
  for (const op of ["relu", "softmax", "crossEntropy", "sum"]) assertEquals(timesOf(texts, op), 1, op);
  assertEquals(timesOf(texts, "linear"), 2);
  for (const side of ["0.weight  [30, 784]", "0.bias  [30]", "2.weight  [10, 30]", "2.bias  [10]"]) {
    assertEquals(timesOf(texts, side), 1, side);
  }
  assertEquals(timesOf(texts, "23,520 parameters"), 1);
  assertEquals([timesOf(texts, "[64, 30]"), timesOf(texts, "∂ [64, 30]")], [2, 2]);
  assertEquals([timesOf(texts, "[64, 784]"), timesOf(texts, "∂ [64, 784]")], [1, 0], "images get no gradient");
  assertEquals(timesOf(texts, "no gradient needed"), 1);
  assertEquals([timesOf(texts, "labels: uint8 [64]"), timesOf(texts, "clamp: 1e-10")], [1, 1]);
  assert(texts.join(" ").includes("6 operations forward (blue, solid), 6 backward"));
  assert(texts.join(" ").includes("23,860 parameters in 4 tensors"));
});

Deno.test("modelChart() has a backward arrow for every gradient that the tape computes, and no other", () => {
  const graph = graphOf(TWO_LAYER);
  const dashed = [...modelChart(graph).matchAll(/stroke-dasharray/g)].length;
  assertEquals(dashed, graph.values.filter(({ hasGradient }) => hasGradient).length);
  const frozen = { ...graph, values: graph.values.map((value) => ({ ...value, hasGradient: false })) };
  assertEquals([...modelChart(frozen).matchAll(/stroke-dasharray/g)].length, 0);
});

Deno.test("modelChart() has the rule of every operation that a model can record", () => {
  const ops = (["sum", "mean"] as const).flatMap((reduction) => graphOf(TWO_LAYER, reduction).ops);
  assertEquals(ops.filter(({ op }) => OP_RULES[op] === undefined), []);
});

Deno.test("modelChart() leaves out the images' gradient in the rules of the first layer only", () => {
  const texts = textsOf(graphOf(TWO_LAYER));
  assertEquals([timesOf(texts, "∂W = ∂zᵀ·x"), timesOf(texts, "∂x = ∂z·W")], [2, 1]);
});

Deno.test("modelChart() draws one layer, twelve, and 1,000 units, all texts within bounds", () => {
  const deep = Array.from(
    { length: 12 },
    (_, i) => [`linear(${i === 0 ? 784 : 1000},${i === 11 ? 10 : 1000})`, "relu"],
  );
  const models = [["linear(784,10)", "softmax"], [...deep.flat().slice(0, -1), "softmax"], ["linear(1,1)", "softmax"]];
  const heights = models.map((model) => {
    const read = readSvg(modelChart(graphOf(model, "mean", 1)));
    mustFit(read);
    return read.height;
  });
  assertGreater(heights[1], 2500);
  assertEquals(timesOf(textsOf(graphOf(models[2])), "1 parameter"), 2);
  mustFit(readSvg(modelChart({ ...graphOf(TWO_LAYER), title: "W".repeat(300), note: "word ".repeat(300) })));
});

Deno.test("modelChart() draws an operation it has no rule for, and a value from further up", () => {
  const graph: ModelGraph = {
    title: "t",
    note: "",
    values: [0, 1, 2].map(() => ({ shape: [2, 2], parameter: null, hasGradient: false })),
    ops: [{ op: "gelu", inputs: [0], output: 1, settings: [] }, { op: "add", inputs: [1, 0], output: 2, settings: [] }],
  };
  const texts = textsOf(graph);
  assertEquals([timesOf(texts, "gelu"), timesOf(texts, "input  [2, 2]")], [1, 1]);
  const twice = { ...graph, ops: [graph.ops[0], { op: "mul", inputs: [1, 1], output: 2, settings: [] }] };
  assertEquals(timesOf(textsOf(twice), "from operation 1, gelu  [2, 2]"), 1);
});

Deno.test("modelChart() writes every text with a contrast of 4.5 to 1 on every one of its boxes", () => {
  const { texts, fills } = readSvg(modelChart(graphOf(TWO_LAYER)));
  assertGreater(new Set(fills).size, 2);
  for (const colour of new Set(texts.map(({ colour }) => colour))) {
    for (const fill of fills) assertGreater(contrastOf(colour, fill), 4.5, `${colour} on ${fill}`);
  }
});

Deno.test("modelChart() is the same text for the same graph", () => {
  assertEquals(modelChart(graphOf(TWO_LAYER)), modelChart(graphOf(TWO_LAYER)));
});
