/** The figures of a classifier, for synthetic epochs. */
import { assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { historyCsv, metricsJson } from "../../../pipeline/classifier/exports/tables.ts";
import { figures } from "../../../pipeline/classifier/figures.ts";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { figuresOf } from "../../../pipeline/compare/compared_figures.ts";
import { parseHistory } from "../../../pipeline/compare/compared_curves.ts";
import { finalFigures, type FinishedRun } from "../../../pipeline/define/figure.ts";
import { summaryOf } from "../../../pipeline/pages/run_summary.ts";
import { runOfFigures } from "../../../pipeline/results/finish_run.ts";

/** An epoch: how many of 8 images are correct, the loss, and what stalls. */
interface Epoch {
  correct: number;
  loss?: number | null;
  train_clamped?: number | null;
  confusion?: number[][];
}

/** A run of these epochs, its figures computed as `finishedRun` does; of the validation rows if there is a test at the end. */
function runOf(epochs: Epoch[], train: Record<string, unknown> = {}, test?: Epoch): FinishedRun {
  const values: Record<string, unknown[]> = {};
  const evaluated = ({ correct, ...epoch }: Epoch, set?: "validation") => {
    const rest = { confusion: [[1, 1], [1, 1]], loss: 1, train_clamped: 0, ...epoch };
    return { correct, total: 8, accuracy: correct / 8, ...(set === undefined ? {} : { set }), ...rest };
  };
  const each = epochs.map((epoch) => evaluated(epoch, test && "validation"));
  const last = test === undefined ? [] : [evaluated(test)];
  const run = {
    name: "made-up",
    epochs: epochs.length - 1,
    experiment: {
      name: "made-up",
      seed: 0,
      pipeline: { train: { gradient: "autograd", loss: { clamp: 1e-10 }, ...train } },
    },
    figures: values,
  } as unknown as FinishedRun;
  for (const { name, value, ofRun } of figures.filter(({ from }) => from !== "checkpoint" && from !== "names")) {
    const found = value === undefined ? [[ofRun!(run)]] : [each.map(value), last.map(value)];
    const own = found.find(([first]) => first !== undefined);
    if (own !== undefined) values[name] = own;
  }
  return run;
}

const remarksOf = (...args: Parameters<typeof runOf>) =>
  summaryOf(figures, runOf(...args)).remarks.map(({ text }) => text);

const FOUR = [{ correct: 1 }, { correct: 6 }, { correct: 5 }, { correct: 6 }];

Deno.test("best is the first epoch with the highest accuracy on the validation rows; the test set names none", () => {
  const run = runOf(FOUR, {}, { correct: 4 });
  const { best, validation, accuracy, correct } = finalFigures(run);
  assertEquals([best, accuracy, correct], [{ epoch: 1, validation_accuracy: 0.75 }, 0.5, 4]);
  assertEquals((validation as Record<string, unknown>).accuracy, 0.75);
  assertEquals([run.figures.accuracy, run.figures["validation.correct"]], [[0.5], [1, 6, 5, 6]]);
  const { headline, figures: shown } = summaryOf(figures, run);
  assertEquals(headline, { title: "validation accuracy", text: "75.00 %", note: "6 of 8 correct" });
  const noteOf = (wanted: string) => shown.find(({ title }) => title === wanted)?.note;
  assertEquals(noteOf("test accuracy"), "4 of 8 correct, after the last epoch");
  assertEquals(noteOf("best validation accuracy"), "epoch 1");

  const untold = runOf(FOUR);
  const names = Object.keys(finalFigures(untold));
  assertEquals(names.filter((name) => /best|validation/.test(name)), []);
  assertEquals(summaryOf(figures, untold).figures.filter(({ title }) => /best|validation/.test(title)), []);
});

Deno.test("where nothing is classified, best is the first epoch with the lowest validation loss", () => {
  const best = figures.filter(({ name }) => name.startsWith("best."));
  const valuesOf = (run: Record<string, number[]>) =>
    best.map(({ ofRun }) => ofRun!({ figures: run } as unknown as FinishedRun));
  assertEquals(valuesOf({ "validation.loss": [Infinity, 3, 1, 2, 1] }), [2, undefined, 1]);
  assertEquals(valuesOf({ "validation.loss": [3, 1], "validation.accuracy": [0.5, 0.25] }), [0, 0.5, undefined]);
  assertEquals(valuesOf({ loss: [3, 1], accuracy: [0.25, 0.5] }), [undefined, undefined, undefined]);
});

Deno.test("classes_predicted and never_predicted count the columns of the confusion matrix", () => {
  const { classes_predicted, never_predicted } = finalFigures(runOf([{
    correct: 3,
    confusion: [[3, 0, 1], [2, 0, 0], [0, 0, 0]],
  }]));
  assertEquals([classes_predicted, never_predicted], [2, [1]]);
});

Deno.test("never_predicted is remarked on by the names of the classes, if they have some", () => {
  const { remark } = figures.find(({ name }) => name === "never_predicted")!;
  const run = (extra: object) =>
    ({ epochs: 1, figures: { never_predicted: [[0, 2]], ...extra } }) as unknown as FinishedRun;
  assertEquals(remark!(run({ class_names: [["cat", "dog", "rat"]] })), { text: "never predicted: cat, rat" });
  assertEquals(remark!(run({})), { text: "never predicted: 0, 2" });
});

const STALLED = { correct: 3, train_clamped: 0.4474, confusion: [[3, 0], [2, 0]] };

Deno.test("remarks state how many samples have no gradient, and which classes are never predicted", () => {
  assertEquals(remarksOf([{ correct: 1 }, STALLED]), [
    "44.7 % of the training samples have no gradient",
    "never predicted: 1",
  ]);
  const named = runOf([{ correct: 1 }, STALLED]);
  Object.assign(named.figures, { class_names: [["cat", "dog"]] });
  assertEquals(summaryOf(figures, named).remarks[1].text, "never predicted: dog");
  assertEquals(remarksOf([{ correct: 1 }, { ...STALLED, confusion: [[1, 1], [1, 1]] }], { gradient: "manual" }), [
    "44.7 % of the training samples are below the clamp, which manual gradients ignore",
  ]);
  const [{ explanation }] = summaryOf(figures, runOf([{ correct: 1 }, STALLED])).remarks;
  assertMatch(explanation!, /^The loss clamps probabilities at 1e-10 and is flat below\./);
});

Deno.test("there is no remark if nothing stalls, and none for an untrained model", () => {
  assertEquals(remarksOf([{ correct: 1 }, { correct: 5, train_clamped: 0.009 }]), []);
  assertEquals(remarksOf([{ ...STALLED, train_clamped: null }]), []);
});

Deno.test("the first figure for which higher is better is the headline of a run", () => {
  const { headline, figures: others } = summaryOf(figures, runOf([{ correct: 6 }]));
  assertEquals(headline, { title: "test accuracy", text: "75.00 %", note: "6 of 8 correct" });
  assertStrictEquals(others.find(({ title }) => title === "classes predicted")!.note, "of 2");
});

Deno.test("an infinite loss of an evaluation is infinite in every result, and a missing one is missing", () => {
  const value = (name: string, output: unknown) => figures.find((one) => one.name === name)!.value!(output);
  for (const name of ["loss", "loss_per_image"]) {
    assertEquals([value(name, { [name]: null }), value(name, { [name]: 2 })], [Infinity, 2]);
  }
  assertStrictEquals(value("train_loss", { train_loss: null }), null, "of epoch 0");
  const experiment = { name: "made-up", seed: 0, pipeline: {} };
  const values = { loss: [2.5, Infinity], train_loss: [null, NaN], loss_per_image: [-Infinity, 1] };
  const run = runOfFigures(classifier, { name: "made-up", experiment }, 1, values);
  const metrics = JSON.parse(new TextDecoder().decode(metricsJson.write(run)));
  assertEquals([metrics.loss, metrics.train_loss, metrics.loss_per_image], ["Infinity", "NaN", 1]);
  const read = figuresOf(metrics);
  assertEquals([read.get("loss"), read.get("train_loss")], [Infinity, NaN]);
  const { test_loss, train_loss, ...others } = parseHistory(new TextDecoder().decode(historyCsv.write(run)))!;
  assertEquals([test_loss, train_loss], [[2.5, Infinity], [null, NaN]]);
  assertEquals(others.test_loss_per_image, [-Infinity, 1]);
  const lossOnly = figures.filter(({ name }) => name === "loss");
  assertEquals(summaryOf(lossOnly, run).figures, [{ title: "test loss", text: "∞" }]);
});

Deno.test("a run of which only figures are known has what these are computed from, and nothing to read", () => {
  const experiment = { name: "made-up", seed: 0, pipeline: {} };
  const run = runOfFigures(classifier, { name: "made-up", experiment }, 3, { accuracy: [0.1] });
  assertEquals(["evaluation", "metrics", "checkpoint"].map(run.has), [true, false, false]);
  assertThrows(
    () => run.output("evaluation"),
    TypeError,
    'there is no output "evaluation" while the run is in progress',
  );
});
