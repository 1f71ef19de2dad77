import { assert, assertEquals, assertGreater } from "@std/assert";
import type { RecordingDescription } from "../../../../core/autograd/recording.ts";
import { modelDrawing } from "../../../../pipeline/classifier/charts/model_drawing.ts";
import { svgOf } from "../../../../pipeline/charts/svg.ts";
import { contrastOf, mustFit, readSvg } from "../../charts/svg.ts";

type Step = RecordingDescription["steps"][number];

/** Linear layers with a ReLU between, then a loss, as the tape would record them. */
function graphOf(rows: number, ...sizes: number[]): RecordingDescription {
  const values: { shape: number[]; parameter: string | null; hasGradient: boolean }[] = [
    { shape: [rows, sizes[0]], parameter: null, hasGradient: false },
  ];
  const steps: Step[] = [];
  const add = (shape: number[], parameter: string | null) => values.push({ shape, parameter, hasGradient: true }) - 1;
  let flow = 0;
  const apply = (op: Pick<Step, "op" | "formula" | "settings">, sides: number[], shape: number[]) => {
    const inputs = [flow, ...sides];
    flow = add(shape, null);
    steps.push({ ...op, inputs, output: flow });
  };
  const linear = { forward: "z = x·Wᵀ + b", backward: ["∂x = ∂z·W", "∂W = ∂zᵀ·x", "∂b = Σ over rows of ∂z"] };
  sizes.slice(1).forEach((size, i) => {
    const weight = add([size, sizes[i]], `${2 * i}.weight`);
    const bias = add([size], `${2 * i}.bias`);
    apply({ op: "linear", formula: linear, settings: undefined }, [weight, bias], [rows, size]);
    if (i < sizes.length - 2) apply({ op: "relu", formula: null, settings: undefined }, [], [rows, size]);
  });
  const settings = { labels: { dtype: "uint8", shape: [rows] }, clamp: 1e-10 };
  apply({ op: "loss", formula: { forward: "L = Σ l", backward: [] }, settings }, [], [1]);
  return { values, steps };
}

const TWO_LAYER = graphOf(64, 784, 30, 10);
const draw = (graph: RecordingDescription, title = "a <model> & more", note = "") => {
  const marks = modelDrawing(graph);
  return svgOf({ name: "model", title, about: "words", marks }, { ...marks, note: `${marks.note} ${note}` });
};
const textsOf = (graph: RecordingDescription) => readSvg(draw(graph)).texts.map(({ text }) => text);
const timesOf = (texts: string[], wanted: string) => texts.filter((text) => text === wanted).length;

Deno.test("modelDrawing() names every operation, parameter and shape, forward and backward", () => {
  const texts = textsOf(TWO_LAYER);
  assertEquals(["linear", "relu", "loss"].map((op) => timesOf(texts, op)), [2, 1, 1]);
  for (const side of ["0.weight  [30, 784]", "0.bias  [30]", "2.weight  [10, 30]", "2.bias  [10]"]) {
    assertEquals(timesOf(texts, side), 1, side);
  }
  assertEquals([timesOf(texts, "23,520 parameters"), timesOf(texts, "z = x·Wᵀ + b")], [1, 2]);
  assertEquals([timesOf(texts, "[64, 30]"), timesOf(texts, "∂ [64, 30]")], [2, 2]);
  assertEquals([timesOf(texts, "[64, 784]"), timesOf(texts, "∂ [64, 784]")], [1, 0], "images get no gradient");
  assertEquals(timesOf(texts, "no gradient needed"), 1);
  assertEquals([timesOf(texts, "labels: uint8 [64]"), timesOf(texts, "clamp: 1e-10")], [1, 1]);
  assert(texts.join(" ").includes("4 operations forward (blue, solid), 4 backward"));
  assert(texts.join(" ").includes("23,860 parameters in 4 tensors"));
});

Deno.test("modelDrawing() has a backward arrow for every gradient, and no other", () => {
  const dashed = (graph: RecordingDescription) => [...draw(graph).matchAll(/stroke-dasharray/g)].length;
  assertEquals(dashed(TWO_LAYER), TWO_LAYER.values.filter(({ hasGradient }) => hasGradient).length);
  const values = TWO_LAYER.values.map((value) => ({ ...value, hasGradient: false }));
  assertEquals(dashed({ ...TWO_LAYER, values }), 0);
});

Deno.test("modelDrawing() leaves out the images' gradient in the formulas of the first layer only", () => {
  const texts = textsOf(TWO_LAYER);
  assertEquals([timesOf(texts, "∂W = ∂zᵀ·x"), timesOf(texts, "∂x = ∂z·W")], [2, 1]);
});

Deno.test("modelDrawing() draws one layer, twelve, and 1,000 units, all texts within bounds", () => {
  const graphs = [graphOf(1, 784, 10), graphOf(1, 784, ...Array(11).fill(1000), 10), graphOf(1, 1, 1)];
  const heights = graphs.map((graph) => {
    const read = readSvg(draw(graph));
    mustFit(read);
    return read.height;
  });
  assertGreater(heights[1], 2500);
  assertEquals(timesOf(textsOf(graphs[2]), "1 parameter"), 2);
  mustFit(readSvg(draw(TWO_LAYER, "W".repeat(300), "word ".repeat(300))));
});

Deno.test("modelDrawing() draws an operation without formulas, and a value from further up", () => {
  const values = [0, 1, 2].map(() => ({ shape: [2, 2], parameter: null, hasGradient: false }));
  const op = { formula: null, settings: undefined };
  const gelu: Step = { ...op, op: "gelu", inputs: [0], output: 1 };
  const texts = textsOf({ values, steps: [gelu, { ...op, op: "add", inputs: [1, 0], output: 2 }] });
  assertEquals([timesOf(texts, "gelu"), timesOf(texts, "input  [2, 2]")], [1, 1]);
  const twice = textsOf({ values, steps: [gelu, { ...op, op: "mul", inputs: [1, 1], output: 2 }] });
  assertEquals(timesOf(twice, "from operation 1, gelu  [2, 2]"), 1);
});

Deno.test("modelDrawing() writes every text with a contrast of 4.5 to 1 on every one of its boxes", () => {
  const { texts, fills } = readSvg(draw(TWO_LAYER));
  assertGreater(new Set(fills).size, 2);
  for (const colour of new Set(texts.map(({ colour }) => colour))) {
    for (const fill of fills) assertGreater(contrastOf(colour, fill), 4.5, `${colour} on ${fill}`);
  }
});
