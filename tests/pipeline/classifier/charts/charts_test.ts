import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { charts } from "../../../../pipeline/classifier/charts.ts";
import { accuracy, clamped, loss } from "../../../../pipeline/classifier/charts/training_curves.ts";
import { activation, pointsOf } from "../../../../pipeline/classifier/charts/activation.ts";
import { featureMaps } from "../../../../pipeline/classifier/charts/feature_maps.ts";
import { kernels, weights } from "../../../../pipeline/classifier/charts/first_layer.ts";
import { learningRate } from "../../../../pipeline/classifier/charts/learning_rate.ts";
import { mistakes, predictedTrue } from "../../../../pipeline/classifier/charts/single_predictions.ts";
import { model, recordStep } from "../../../../pipeline/classifier/charts/model_chart.ts";
import { augmented, samples } from "../../../../pipeline/classifier/charts/first_batch.ts";
import { paramsOf } from "../../../../pipeline/classifier/kinds/run_params.ts";
import { parseLayer } from "../../../../core/layers/model_layers.ts";
import { defineLayer } from "../../../../core/layers/layer.ts";
import { relu } from "../../../../core/layers/relu.ts";
import { drawPicture } from "../../../../pipeline/charts/png/draw_picture.ts";
import { placeBars } from "../../../../pipeline/charts/image_layout.ts";
import type { Bar, Images, Lines, Matrix } from "../../../../pipeline/charts/marks.ts";
import { figureOf } from "../../../../pipeline/charts/page/chart_figure.ts";
import { encodeJson } from "../../../../pipeline/formats/json.ts";
import { encodeSafetensors } from "../../../../pipeline/formats/safetensors.ts";
import type { FinishedRun } from "../../../../pipeline/define/figure.ts";
import { Picture } from "../../charts/picture.ts";
import { readSvg } from "../../charts/svg.ts";
import { artifactOf, convolutionRun, drawnRun, layerTensors, regressionRun, ROWS } from "./drawn_run.ts";

/** The run that a chart is drawn of, where it is none of every run. */
const RUNS: Record<string, () => FinishedRun> = {
  "predicted-true": regressionRun,
  kernels: convolutionRun,
  "feature-maps": convolutionRun,
};

for (const chart of charts) {
  Deno.test(`the chart ${chart.name} is drawn by both renderers`, async () => {
    const run = RUNS[chart.name]?.() ?? drawnRun();
    assert(chart.when?.(run) ?? true);
    const marks = chart.draw(run);
    const { name, title, about } = chart;
    const picture = await drawPicture({ name, title: `${title}: ${run.name}`, about, marks });
    if (chart.picture === "svg") readSvg(new TextDecoder().decode(picture));
    else assertEquals((await Picture.decode(picture)).inkAtEdges(), 0);
    const figure = figureOf({ name, title, about, marks }).text;
    assertStringIncludes(figure, `id="figure-${name}"`);
    assert(!/NaN|undefined|\[object/.test(figure), figure);
  });
}

for (const chart of charts.filter(({ live }) => live)) {
  Deno.test(`the chart ${chart.name} is drawn while a run is at work`, () => {
    const run = drawnRun();
    for (const epochs of [0, 1, 2]) {
      const soFar = Object.entries(run.figures).map(([name, values]) => [name, values.slice(0, epochs)]);
      const figures = epochs === 0 ? {} : Object.fromEntries(soFar);
      const { name, title, about } = chart;
      const figure = figureOf({ name, title, about, marks: chart.draw({ ...run, figures }) }).text;
      assert(!/NaN|undefined/.test(figure), figure);
    }
  });
}

Deno.test("docs/results.md says what every picture shows", () => {
  const text = Deno.readTextFileSync(new URL("../../../../docs/results.md", import.meta.url));
  for (const { name, picture = "png" } of charts) assertStringIncludes(text, `\`${name}.${picture}\``);
});

Deno.test("loss, accuracy and clamped samples can be followed while a run is at work", () => {
  assertEquals(charts.filter(({ live }) => live).map(({ name }) => name), ["loss", "accuracy", "clamped"]);
});

Deno.test("with validation rows, their curve is drawn and its best epoch ringed; of the test set, nothing is best", () => {
  const marksOf = (chart: typeof accuracy, run = drawnRun()) => {
    const { panels: [{ series, best }], note = "" } = chart.draw(run) as Lines;
    return { labels: series.map(({ label }) => label), best, note };
  };
  const split = drawnRun({ validation: { accuracy: [0.1, 0.7, 0.6], loss: [9, 3, 4], classes_predicted: [1, 2, 3] } });
  const own = marksOf(accuracy, split);
  assertEquals([own.labels, own.best], [["validation", "training"], "highest"]);
  assertStringIncludes(own.note, "Validation: final 60.00 %, untrained 10.00 %. Test, after the last epoch: 90.00 %.");
  assertEquals([marksOf(loss, split).labels, marksOf(loss, split).best], [["validation", "training"], undefined]);
  assertStringIncludes(marksOf(clamped, split).note, "3 of 3 classes are predicted");
  const regression = drawnRun({ validation: { loss: [9, 3, 4] } });
  assertEquals(marksOf(loss, regression).best, "lowest");

  for (const chart of charts.filter(({ name }) => ["loss", "accuracy"].includes(name))) {
    const { labels, best } = marksOf(chart);
    assertEquals([labels[0], best], ["test (not for choosing)", undefined]);
  }
  assertStringIncludes(
    marksOf(accuracy).note,
    "An epoch or a setting that is chosen by the test set looks better than it is",
  );
});

Deno.test("the loss is labelled with what it is and how it is reduced", () => {
  const label = (reduction: "sum" | "mean") => (loss.draw(drawnRun({ reduction })) as Lines).panels[0].label;
  assertEquals(label("sum"), "cross-entropy, summed over a batch of 8");
  assertEquals(label("mean"), "cross-entropy, mean over the rows");
});

Deno.test("the learning rate is drawn over the epochs, in stairs or step by step, with the momentum that it changes", () => {
  const { panels, x, note } = learningRate.draw(drawnRun()) as Lines;
  assertEquals([x!.values, panels[0].series[0].values], [[0, 1, 1, 2], [0.1, 0.1, 0.05, 0.05]]);
  assertEquals([panels.length, panels[0].linear, note], [1, true, "First step 0.1, last step 0.05."]);
  const schedule = { name: "one-cycle", per: "step", max_lr: 1, epochs: 2, pct_start: 0.3, div_factor: 25 };
  const options = { anneal_strategy: "cos", cycle_momentum: true, base_momentum: 0.85, max_momentum: 0.95 };
  const cycle = drawnRun({ schedule: { ...schedule, ...options, final_div_factor: 10000, three_phase: false } });
  const drawn = learningRate.draw(cycle) as Lines;
  assertEquals(drawn.x!.values, [0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 2]);
  assertEquals(drawn.panels.map(({ label }) => label), ["learning rate", "momentum"]);
  assertEquals(drawn.note, "First step 0.04, at most 1, last step 0.000004.");
  const { pipeline } = drawnRun().experiment;
  const untrained = learningRate.draw({ ...drawnRun(), epochs: 0 }) as Lines;
  assertEquals(untrained.note, "First step 0.1, last step 0.1.");
  const constant = { ...drawnRun().experiment, pipeline: { ...pipeline, train: {} } };
  assertEquals(learningRate.when!({ ...drawnRun(), experiment: constant }), false);
});

Deno.test("samples are the first rows of the first batch, with their labels", () => {
  const { items } = samples.draw(drawnRun()) as Images;
  assertEquals(items.length, 12);
  assertEquals(items[0].caption, [[`Ground truth: ${(ROWS - 1) % 3}`, "plain"]]);
  assertEquals(items[0].pixels[0], (ROWS - 1) * 16 % 251);
});

Deno.test("augmented images are those of the dataset, each with what it is trained as, where images are augmented", () => {
  const run = drawnRun();
  const { augment: _, ...train } = run.experiment.pipeline.train;
  assert(!augmented.when!({ ...run, experiment: { ...run.experiment, pipeline: { train } } }));
  const { items } = augmented.draw(run) as Images;
  assertEquals(items.length, 12);
  const [before, after] = items.map(({ pixels }) => Array.from(pixels));
  assertEquals(before[0], (ROWS - 1) * 16 % 251);
  assertEquals(after, [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12].map((i) => before[i]));
});

Deno.test("mistakes on a picture and on a page are the same, in the same order", () => {
  const { items, pictured, note } = mistakes.draw(drawnRun()) as Images;
  // Class 0 is predicted for all; of equal probabilities the smaller one of the true class comes first.
  assertEquals(items.slice(0, 3).map(({ caption }) => caption[2][0]), ["row 2", "row 5", "row 8"]);
  assertEquals([items.length, pictured, note], [26, 12, "26 of 40 images are misclassified."]);
});

Deno.test("classes that have names are called by them in charts", () => {
  const named = { classes: ["cat", "dog", "great horned owl, Bubo virginianus"] };
  const draw = <M>(name: string, run = drawnRun(named)) => charts.find((chart) => chart.name === name)!.draw(run) as M;
  assertEquals(draw<Matrix>("confusion").labels, named.classes);
  assertEquals(draw<Images>("samples").items.slice(0, 3).map(({ caption }) => caption), [
    [["cat", "plain"]],
    [[named.classes[2], "plain"]],
    [["dog", "plain"]],
  ]);
  const [wrong] = draw<Images>("mistakes").items;
  assertEquals([wrong.caption.map(([text]) => text), wrong.group], [
    ["cat: 70.00 %", `true ${named.classes[2]}: 10.00 %`, "row 2"],
    named.classes[2],
  ]);
  const [right] = draw<Images>("predictions").items;
  assertEquals([right.caption.map(([text]) => text), right.bars!.map(({ label }) => label)], [
    ["cat: 70.00 %", "true cat", "row 0"],
    named.classes,
  ]);
  const checkpoint = artifactOf(encodeSafetensors({ tensors: layerTensors("0", 3, 16), metadata: {} }));
  const linear = draw<Images>("weights", drawnRun({ ...named, artifacts: { checkpoint } }));
  assertEquals(linear.items.map(({ caption }) => caption[0][0]), named.classes);
  assertEquals(draw<Images>("weights").items[0].caption[0][0], "unit 0");
  // Of many narrow bars, only short names are below theirs, and none over another.
  const bars = ["cat", "dog", "owl"].map((
    label,
    i,
  ) => ({ label, share: 1, role: i === 0 ? "wrong" : "truth" } as const));
  const labels = (...bars: Bar[]) => placeBars(bars, 20 * bars.length, 64).map(({ label }) => label);
  assertEquals(labels(...bars), ["cat", "", "owl"]);
  assertEquals(labels({ ...bars[0], label: "great horned owl" }, bars[1]), ["", "dog"]);
});

Deno.test("weights are the first layer's rows: classes of a linear model, units of a net, the first 48 of many", () => {
  const draw = (...layers: ReturnType<typeof layerTensors>[]) => {
    const checkpoint = artifactOf(encodeSafetensors({ tensors: layers.flat(), metadata: {} }));
    return weights.draw(drawnRun({ artifacts: { checkpoint } })) as Images;
  };
  const key =
    "One weight per pixel. Orange: a bright pixel counts towards the output; blue: against it; white: it makes " +
    "no difference.";
  const linear = draw(layerTensors("0", 2, 16));
  assertEquals([linear.note, linear.items[1].caption[0][0]], [`All 2 classes (0.weight). ${key}`, "class 1"]);
  assertEquals([...linear.items[1].pixels], Array.from({ length: 16 }, (_, i) => (16 + i) % 7 - 3));
  const net = draw(layerTensors("0", 1000, 16), layerTensors("2", 3, 1000));
  assertEquals([net.items.length, net.note], [48, `The first 48 of 1,000 hidden units (0.weight). ${key}`]);
  assertEquals(draw().items, []);
  assertEquals(draw(layerTensors("1", 3, 9)).items, [], "the layer is not the first one");
});

Deno.test("weights for colours are colours around grey, in the order of the pixels", () => {
  const tensors = [{ name: "0.weight", shape: [1, 12], data: Float32Array.of(2, 0, 0, 0, -2, 0, 0, 0, 1, 0, 0, 0) }];
  const checkpoint = artifactOf(encodeSafetensors({ tensors, metadata: {} }));
  const example_shape = artifactOf(encodeJson([3, 2, 2]));
  const { items, colours, size } = weights.draw(drawnRun({ artifacts: { checkpoint, example_shape } })) as Images;
  assertEquals([colours, size], ["rgb", { width: 2, height: 2 }]);
  assertEquals([...items[0].pixels], [255, 0, 191.25, ...Array(9).fill(127.5)]);
});

Deno.test("a run that predicts numbers has their chart, and none of classes; its samples have the numbers", () => {
  for (const targets of [1, 2]) {
    const run = regressionRun(targets);
    const left = charts.filter((chart) => !(chart.when?.(run) ?? true)).map(({ name }) => name);
    assertEquals(left, [
      ...["accuracy", "clamped", "confusion", "calibration", "mistakes", "predictions", "kernels", "feature-maps"],
    ]);
    const { panels, x, note } = predictedTrue.draw(run) as Lines;
    assertEquals(panels.length, targets);
    assertEquals(note, "Mean absolute error 1.5, R² 0.75.");
    const [points, perfect] = panels[0].series;
    assertEquals(perfect.values, x!.values);
    assertEquals(points.values.filter((value) => value !== null).length, ROWS);
    points.values.forEach((value, i) => value !== null && assertEquals(value, x!.values[i] / 2));
    const { items } = samples.draw(run) as Images;
    assertEquals(items[0].caption, [[
      `Ground truth: ${targets === 1 ? ROWS - 5 : `${2 * ROWS - 6}, ${2 * ROWS - 5}`}`,
      "plain",
    ]]);
  }
});

Deno.test("a run whose examples are no pictures has no chart of pictures", () => {
  for (const shape of [[4], [16], [1, 16], [2, 2, 4], [2, 2, 2, 2]]) {
    const run = drawnRun({ artifacts: { example_shape: artifactOf(encodeJson(shape)) } });
    const left = charts.filter((chart) => !(chart.when?.(run) ?? true)).map(({ name }) => name);
    const ofPictures = [
      "predicted-true",
      "mistakes",
      "predictions",
      "samples",
      "augmented",
      "weights",
      "kernels",
      "feature-maps",
    ];
    assertEquals(left, ofPictures, String(shape));
  }
});

Deno.test("a convolution has charts of its kernels and of what it makes of an image, and none of weights per pixel", () => {
  const run = convolutionRun();
  assertEquals(weights.when!(run), false);
  const { items, size, note } = kernels.draw(run) as Images;
  assertEquals(items.map(({ pixels }) => pixels[0]), [1, 10]);
  assertEquals([size, note!.slice(0, 31)], [{ width: 3, height: 3 }, "All 2 kernels of 3 × 3 (1.weigh"]);
  const maps = featureMaps.draw(run) as Images;
  assertEquals([maps.items.length, maps.size], [3, { width: 4, height: 4 }]);
  // The image has the bytes 0 to 15; the last place at which the whole kernel lies inside it has the largest sum.
  const [shown, , second] = maps.items.map(({ pixels }) => [...pixels]);
  assertEquals(shown, Array.from({ length: 16 }, (_, i) => i * 17));
  assertEquals(second.indexOf(Math.max(...second)), 10);
});

Deno.test("a layer of more values than a function takes arguments has feature maps, too, of its first channels", () => {
  assertEquals((featureMaps.draw(convolutionRun(20, 50)) as Images).items.length, 1 + 16);
});

Deno.test("activation functions are drawn if a model has some, each once, with gaps where the derivative jumps", () => {
  assertEquals(activation.when!(drawnRun({ model: ["linear(16,3)", "softmax"] })), false);
  const twice = ["linear(16,5)", "relu", "linear(5,5)", "relu", "linear(5,3)", "softmax"];
  const { panels, x } = activation.draw(drawnRun({ model: twice })) as Lines;
  assertEquals(panels.length, 1);
  const [value, slope] = panels[0].series;
  const gap = slope.values.indexOf(null);
  assertEquals([value.label, slope.values[gap - 1], slope.values[gap + 1]], ["relu(x)", 0, 1]);
  assertAlmostEquals(x!.values[gap], 0.025, 1e-9);
});

Deno.test("pointsOf() gives a layer's values and its derivative, as the tape computes them", () => {
  assertEquals(pointsOf(parseLayer("relu", [relu]), [-2, 0, 0.5, 3]), { values: [0, 0, 0.5, 3], slopes: [0, 0, 1, 1] });
  const twice = defineLayer({ ...relu, name: "twice", forward: (c) => relu.forward({ ...c, x: relu.forward(c) }) });
  assertEquals(pointsOf(parseLayer("twice", [twice]), [-1, 2]), { values: [0, 2], slopes: [0, 1] });
});

Deno.test("recordStep() describes every operation, shape, parameter and gradient of a recorded step", () => {
  const { experiment, library } = drawnRun({ reduction: "mean" });
  const { values, steps: ops } = recordStep(paramsOf(experiment), library, 5);
  assertEquals(ops.map(({ op }) => op), ["linear", "relu", "linear", "softmax", "crossEntropy", "mean"]);
  assertEquals(ops.map(({ output }) => values[output].shape), [[5, 5], [5, 5], [5, 3], [5, 3], [5], [1]]);
  const named = values.filter(({ parameter }) => parameter !== null).map(({ parameter, shape }) => [parameter, shape]);
  assertEquals(named, [["0.weight", [5, 16]], ["0.bias", [5]], ["2.weight", [3, 5]], ["2.bias", [3]]]);
  assertEquals(
    values.filter(({ hasGradient }) => !hasGradient).map(({ shape }) => shape),
    [[5, 16]],
    "all but the images",
  );
  for (const [i, { inputs, formula }] of ops.entries()) {
    if (i > 0) assertEquals(inputs[0], ops[i - 1].output, "each operation takes what the one before it puts out");
    assert(formula !== null, "every operation of a model has formulas");
  }
  assertEquals([ops[4].settings.labels.shape, ops[4].settings.clamp], [[5], 1e-10]);
});

Deno.test("the model's drawing says how a run without the tape takes its gradients", () => {
  assertStringIncludes(model.draw(drawnRun({ gradient: "manual" })).note!, "manual gradient formulas");
  assert(!model.draw(drawnRun()).note!.includes("manual"));
});
