/** The check of layers and losses from elsewhere: correct ones pass, and of wrong ones it says what differs. */
import { assertEquals, assertMatch } from "@std/assert";
import { layerProblem } from "../../../core/checks/layer_problem.ts";
import { lossProblem } from "../../../core/checks/loss_problem.ts";
import { parseLayer } from "../../../core/layers/model_layers.ts";
import { defineLayer, type LayerDefinition } from "../../../core/layers/layer.ts";
import { linearOp } from "../../../core/layers/linear.ts";
import type { LossDefinition } from "../../../core/losses/loss.ts";
import { elementwiseOp, mean, mul, sub, sum } from "../../../pipeline/library/retrace.ts";
import type { GradientTarget, Op, Shape } from "../../../core/ops/op.ts";
import { Generator } from "../../../core/random/mod.ts";
import type { Tensor } from "../../../core/tensor/tensor.ts";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { elu } from "../../pipeline/extending/definitions/elu.ts";

const base = { about: "A test.", source: import.meta.url, args: {}, shape: (input: Shape) => input };

/** A layer that applies an op. */
function applying(op: Op, more: Partial<LayerDefinition> = {}): LayerDefinition {
  return defineLayer({ ...base, name: op.name, forward: ({ tape, x }) => tape.apply(op, [x]), ...more });
}

/** The layer of an elementwise function. */
function elementwise(name: string, value: (x: number) => number, slope: (x: number, y: number) => number) {
  return applying(elementwiseOp({ name, value, slope }));
}

function problemOf(layer: LayerDefinition, text = layer.name, example: Shape = [30]): string | null {
  return layerProblem(parseLayer(text, [layer]), example);
}

function assertRefused(problem: string | null, pattern: RegExp): void {
  assertMatch(problem ?? "no problem", pattern);
}

/** A linear layer whose backward treats the gradients as `spoil` does. */
function linearWith(spoil: (targets: readonly (GradientTarget | null)[]) => void): LayerDefinition {
  const op: Op = {
    ...linearOp,
    name: "affine",
    backward(...args) {
      linearOp.backward(...args);
      spoil(args[4]);
    },
  };
  return defineLayer({
    ...base,
    name: "affine",
    args: { out: { type: "integer", min: 1 } },
    shape: (_input, { out }) => [out],
    parameters: ([features], { out }) => ({
      weight: { shape: [out, features], draw: { uniform: 1 / Math.sqrt(features) } },
      bias: { shape: [out], draw: { constant: 0 } },
    }),
    forward: ({ tape, x, parameters: { weight, bias } }) => tape.apply(op, [x, weight, bias]),
  });
}

/** Sets half of the values to 0 and doubles the others. `generator` draws which. */
const dropOp: Op = {
  name: "drop",
  shape: ([x]) => x,
  forward(_k, out, [x], settings) {
    settings.mask = new Float32Array(x.size);
    settings.generator.rand(settings.mask);
    settings.mask.forEach((u: number, i: number) => out.data[i] = u < 0.5 ? 0 : 2 * x.data[i]);
  },
  backward(_k, gradient, _out, _inputs, [dx], { mask, factor = 2 }) {
    mask.forEach((u: number, i: number) => {
      const share = u < 0.5 ? 0 : factor * gradient.data[i];
      dx!.gradient.data[i] = dx!.accumulate ? dx!.gradient.data[i] + share : share;
    });
  },
  backwardReads: { inputs: [], out: false },
  cases: [],
};

function dropout(generator: () => Generator, factor?: number): LayerDefinition {
  return applying(dropOp, {
    forward: ({ tape, x, mode }) =>
      mode === "evaluate" ? x : tape.apply(dropOp, [x], { generator: generator(), factor }),
  });
}

/** Subtracts the mean of each column; the mean is a constant to backward. */
const centerOp: Op = {
  ...elementwiseOp({ name: "center", value: (x) => x, slope: () => 1 }),
  forward(_k, out, [{ shape: [rows, columns], data }]) {
    out.data.forEach((_, i) => {
      let mean = 0;
      for (let row = 0; row < rows; row++) mean += data[row * columns + i % columns] / rows;
      out.data[i] = data[i] - mean;
    });
  },
};

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

Deno.test("correct layers pass: smooth ones, with kinks, with jumps, constant ones, for positive numbers only, large ones", () => {
  const accepted: [LayerDefinition, string?, Shape?][] = [
    [elu],
    [elementwise("swish", (x) => x * sigmoid(x), (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))))],
    [elementwise("leaky", (x) => x < 0 ? x / 100 : x, (x) => x < 0 ? 1 / 100 : 1), "leaky", [784]],
    [elementwise("hardtanh", (x) => Math.max(-1, Math.min(1, x)), (x) => Math.abs(x) < 1 ? 1 : 0)],
    [elementwise("threshold", (x) => x < 0 ? 0 : 1 + x, (x) => x < 0 ? 0 : 1), "threshold", [28, 28]],
    [elementwise("sign", Math.sign, () => 0)],
    [elementwise("constant", () => 3, () => 0)],
    [elementwise("exp", Math.exp, (_x, y) => y), "exp", [1]],
    [elementwise("log", Math.log, (x) => 1 / x)],
    [elementwise("large", (x) => 1e6 * x * x, (x) => 2e6 * x)],
    [elementwise("tiny", (x) => 1e-6 * x * x, (x) => 2e-6 * x)],
    [elementwise("shifted", (x) => 1000 + x * x, (x) => 2 * x)],
    [applying(mul, { name: "square", forward: ({ tape, x }) => tape.apply(mul, [x, x]) })],
    [linearWith(() => {}), "affine(256)", [784]],
    [linearWith(() => {}), "affine(1)", [1]],
  ];
  for (const [layer, text, example] of accepted) assertEquals(problemOf(layer, text, example), null, layer.name);
});

Deno.test("a layer that acts in training only is checked as it trains, unless every pass draws other numbers", () => {
  assertEquals(problemOf(dropout(() => new Generator(5))), null);
  const endless = new Generator(6);
  assertEquals(problemOf(dropout(() => endless)), null);
  assertRefused(
    problemOf(dropout(() => new Generator(5), 1)),
    /^The layer drop fails .* \(at 3 rows of \[30\], mode "train"\)/,
  );
});

Deno.test("a layer with masks, and one with buffers, are checked as they train, the same in every pass", () => {
  const named = (name: string) => classifier.layers.find((layer) => layer.name === name)!;
  const masked = (op: Op): LayerDefinition["forward"] => ({ tape, x, mode, draws }) =>
    mode === "evaluate" ? x : tape.apply(op, [x, draws.dropoutMask(x.shape, 0.5)]);
  const wrong: Op = { ...mul, backward: (k, gradient, _out, _inputs, [dx]) => dx && k.copy(dx.gradient, gradient) };
  assertEquals(problemOf(applying(mul, { name: "masked", forward: masked(mul) })), null);
  const problem = problemOf(applying(wrong, { name: "masked", forward: masked(wrong) }));
  assertRefused(problem, /^The layer masked fails the gradient check: .* mode "train"/);
  // Evaluation with the batch's own statistics instead of the running ones.
  const mixing = { ...named("batchnorm1d"), name: "mixing" };
  const forward: LayerDefinition["forward"] = (context) => named("batchnorm1d").forward({ ...context, mode: "train" });
  assertRefused(problemOf(defineLayer({ ...mixing, forward }), "mixing(30)"), /mixes the rows of a batch|NaN/);
});

Deno.test("a wrong gradient is refused with an entry, both numbers and the place", () => {
  assertRefused(
    problemOf(elementwise("half", Math.tanh, (_x, y) => (1 - y * y) / 2)),
    /^The layer half fails the gradient check: for input \[[012], \d+\], backward gives -?[\d.e-]+, differences of forward give -?[\d.e-]+ \(at 3 rows of \[30\], mode "train"\)\. Its backward should give the slope of its forward\.$/,
  );
  assertRefused(problemOf(elementwise("off", (x) => x * x, (x) => 2.06 * x)), /gradient check: for input \[/);
  assertRefused(problemOf(elementwise("negative", (x) => x < 0 ? x / 10 : x, () => 1)), /gradient check: for input/);
  assertRefused(problemOf(applying({ ...linearOp, ...reluOf(), name: "none", backward() {} })), /backward gives 0,/);
  const nan = elementwise("nan", (x) => x, (x) => x < 0 ? NaN : 1);
  assertRefused(problemOf(nan, "nan", [2, 5, 5]), /for input .*, backward gives NaN \(at .*\)\. It should be finite/);
});

function reluOf(): Pick<Op, "shape" | "forward"> {
  return { shape: ([x]) => x, forward: (k, out, [x]) => k.relu(out, x) };
}

Deno.test("a gradient of a parameter that is wrong by a factor is refused, and the parameter is named", () => {
  const scaled = (which: number, factor: number) =>
    linearWith((targets) => {
      const data = targets[which]!.gradient.data;
      data.forEach((value, i) => data[i] = value * factor);
    });
  assertRefused(problemOf(scaled(1, 3), "affine(4)"), /layer affine\(4\) .* for weight \[[0-3], \d+\], backward gives/);
  assertRefused(problemOf(scaled(2, 1 / 3), "affine(4)"), /for bias \[[0-3]\], backward gives/);
  assertRefused(problemOf(scaled(1, 1.05), "affine(256)", [784]), /for weight \[\d+, \d+\]/);
});

Deno.test("a backward that ignores accumulate is refused, in either direction", () => {
  const tanhWith = (accumulates: boolean) =>
    applying({
      ...elementwiseOp({ name: "tanh", value: Math.tanh, slope: () => 0 }),
      backward(_k, gradient, out, _inputs, [dx]) {
        const { data } = dx!.gradient;
        data.forEach((old, i) => data[i] = (accumulates ? old : 0) + gradient.data[i] * (1 - out.data[i] ** 2));
      },
    });
  assertRefused(
    problemOf(tanhWith(false)),
    /^The layer tanh fails the gradient check: for input \[0, 0\], backward leaves (\S+) where there was 1 and accumulate is set, but \S+ was expected \(at .*\)\. It should add there\.$/,
  );
  assertRefused(
    problemOf(tanhWith(true)),
    /where there was 1 and accumulate is not set, .* It should overwrite there\.$/,
  );
});

Deno.test("a backward that reads what backwardReads does not list is refused", () => {
  const undeclared = { ...elementwiseOp({ name: "cube", value: (x) => x ** 3, slope: (x) => 3 * x * x }) };
  assertRefused(
    problemOf(applying({ ...undeclared, backwardReads: { inputs: [], out: false } })),
    /backward leaves NaN without the values that backwardReads does not list, but .* List there what it reads\.$/,
  );
});

Deno.test("a layer whose outputs have another shape, are not finite, or cannot be computed is refused", () => {
  assertEquals(
    problemOf({ ...elu, name: "short", shape: ([size]) => [size - 1] }),
    'The layer short outputs [3, 30] for 3 rows of [30], mode "train", but [3, 29] was expected. Its forward and its ' +
      "shape should agree.",
  );
  assertRefused(
    problemOf(elementwise("zero", (x) => (x - x) / (x - x), () => 0)),
    /^The layer zero outputs NaN for 3 rows of \[30\], mode "train", of random numbers\. It should be finite, whatever the memory contained before\.$/,
  );
  const adding = elementwiseOp({ name: "adding", value: (x) => x, slope: () => 1 });
  adding.forward = (_k, out, [x]) => x.data.forEach((value, i) => out.data[i] += value);
  assertRefused(problemOf(applying(adding)), /^The layer adding outputs NaN for /);
  assertRefused(problemOf(applying(sub)), /^The layer sub cannot be computed: /);
});

Deno.test("a layer that mixes the rows of a batch is refused in evaluation, and not in training", () => {
  assertRefused(
    problemOf(applying(centerOp)),
    /^The layer center mixes the rows of a batch in evaluation: an output of row 0 is 0 alone, but \S+ beside other rows\. .* validate computes several batches in one pass\.$/,
  );
  const inTraining = applying(centerOp, {
    forward: ({ tape, x, mode }) => mode === "evaluate" ? x : tape.apply(centerOp, [x]),
  });
  assertRefused(problemOf(inTraining), /fails the gradient check: for input .* mode "train"/);
});

/** The squared distance of the probabilities from the label's, as in docs/extending.md. */
function distanceOp(factor = 2): Op {
  type Settings = { labels: Tensor<"uint8"> };
  const errorsOf = (p: Tensor, labels: Tensor<"uint8">) =>
    p.data.map((value, i) => value - (labels.data[Math.floor(i / p.shape[1])] === i % p.shape[1] ? 1 : 0));
  return {
    name: "distance",
    shape: ([[rows]]) => [rows],
    forward(_k, out, [p], { labels }: Settings) {
      out.data.fill(0);
      errorsOf(p, labels).forEach((error, i) => out.data[Math.floor(i / p.shape[1])] += error * error);
    },
    backward(_k, gradient, _out, [p], [dp], { labels }: Settings) {
      const { gradient: { data }, accumulate } = dp!;
      errorsOf(p, labels).forEach((error, i) => {
        const share = factor * gradient.data[Math.floor(i / p.shape[1])] * error;
        data[i] = accumulate ? data[i] + share : share;
      });
    },
    backwardReads: { inputs: [0], out: false },
    cases: [],
  };
}

function distance(op: Op, reduce: Op | null, reduction: "sum" | "mean"): LossDefinition {
  return {
    ...{ name: "distance", about: "A test.", source: import.meta.url, params: {}, takes: "probabilities" },
    reduction: () => reduction,
    clamp: () => 0,
    record(tape, output, labels) {
      const rows = tape.apply(op, [output], { labels });
      return reduce === null ? rows : tape.apply(reduce, [rows]);
    },
  };
}

Deno.test("correct losses pass; a wrong gradient, shape and reduction are refused", () => {
  for (const classes of [1, 2, 10, 1000]) {
    assertEquals(lossProblem(distance(distanceOp(), mean, "mean"), {}, classes), null);
    assertEquals(lossProblem(distance(distanceOp(), sum, "sum"), {}, classes), null);
  }
  const refused = (loss: LossDefinition, pattern: RegExp) => assertRefused(lossProblem(loss, {}, 10), pattern);
  refused(
    distance(distanceOp(1), sum, "sum"),
    /^The loss distance fails the gradient check: for probabilities .*, backward gives .* \(at 3 rows of \[10\] probabilities\)/,
  );
  refused(
    distance(distanceOp(), null, "sum"),
    /^The loss distance outputs \[3\] for .*, but \[1\] was expected\. It should/,
  );
  refused(
    distance(distanceOp(), sum, "mean"),
    /^The loss distance of 3 rows of \[10\] probabilities is \S+, but the mean of the rows' losses is \S+\. Its reduction/,
  );
});

Deno.test("Retrace's own layers and losses pass the check", () => {
  const texts: Record<string, [text: string, example: Shape][]> = {
    linear: [["linear(784,256)", [784]], ["linear(1,1)", [1]], ["linear(784,256,bias=false)", [784]]],
    relu: [["relu", [256]], ["relu", [3, 4, 5]]],
    "leaky-relu": [["leaky-relu", [256]], ["leaky-relu(0)", [3, 4, 5]], ["leaky-relu(0.3)", [1]]],
    gelu: [["gelu", [256]], ["gelu", [3, 4, 5]]],
    sigmoid: [["sigmoid", [256]], ["sigmoid", [3, 4, 5]]],
    tanh: [["tanh", [256]], ["tanh", [3, 4, 5]]],
    softmax: [["softmax", [10]], ["softmax", [1000]], ["softmax", [1]]],
    "log-softmax": [["log-softmax", [10]], ["log-softmax", [1000]], ["log-softmax", [1]]],
    image: [["image(1,28,28)", [784]], ["image(3,2,5,layout=hwc)", [30]]],
    conv2d: [["conv2d(2,3,3,padding=1)", [2, 5, 4]], ["conv2d(1,1,1,stride=2,bias=false)", [1, 1, 1]]],
    maxpool2d: [["maxpool2d(2)", [3, 4, 5]]],
    avgpool2d: [["avgpool2d(3)", [1, 3, 7]]],
    flatten: [["flatten", [3, 4, 5]], ["flatten", [7]]],
    dropout: [["dropout", [256]], ["dropout(0.1)", [3, 4, 5]], ["dropout(0)", [1]]],
    batchnorm1d: [["batchnorm1d(30)", [30]], ["batchnorm1d(1,eps=0.1)", [1]]],
    batchnorm2d: [["batchnorm2d(2)", [2, 5, 3]], ["batchnorm2d(3)", [3, 1, 1]]],
  };
  for (const layer of classifier.layers) {
    for (const [text, example] of texts[layer.name]) assertEquals(problemOf(layer, text, example), null, text);
  }
  for (const loss of classifier.losses) {
    for (
      const params of [
        { reduction: "sum", clamp: 1e-10, label_smoothing: 0.1 },
        { reduction: "mean", clamp: 0, label_smoothing: 0 },
        { reduction: "sum", clamp: 0.1, label_smoothing: 1 },
      ]
    ) {
      for (const classes of [2, 10, 1000]) assertEquals(lossProblem(loss, params, classes), null);
    }
  }
});
