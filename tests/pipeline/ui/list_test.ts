import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { paramsOf } from "../../../pipeline/compare/labels.ts";
import type { StoredRun } from "../../../pipeline/compare/compare_runs.ts";
import { listBody, type ListedRun } from "../../../pipeline/pages/ui_pages.ts";
import { listColumns, listNames } from "../../../pipeline/ui/listed_runs.ts";
import { fakeRun, TERMS } from "../compare/fake_runs.ts";

const figures = classifier.figures.filter(({ shownIn }) => shownIn?.includes("ui"));
const listed = ({ name, experiment, metrics }: StoredRun): ListedRun => {
  return { name, status: "finished", note: "", title: "a model", figures: metrics, params: paramsOf(experiment) };
};
const columnsOf = (runs: readonly ListedRun[]) =>
  Object.fromEntries(listColumns(runs, figures, TERMS.seeds).map(({ title, texts }) => [title, texts]));

Deno.test("the list has a column for every param that differs, and none for the others", () => {
  const runs = [
    fakeRun({ name: "a", accuracy: 0.9 }),
    fakeRun({ name: "a@seed=1", seed: 1, accuracy: 0.9, lr: 0.5 }),
    fakeRun({ name: "b", accuracy: 0.9, model: ["linear(784,3)"] }),
  ].map(listed);
  const columns = columnsOf(runs);
  assertEquals(columns.lr, ["0.1", "0.5", "0.1"]);
  assertEquals(columns.seed, ["0", "1", "0"]);
  assertEquals(columns.model, ["linear(784,10) → softmax", "linear(784,10) → softmax", "linear(784,3)"]);
  for (const title of ["size", "epochs", "train.seed", "clamp"]) assert(!(title in columns), title);
  assert(!Object.keys(columnsOf(runs.slice(0, 1))).includes("lr"));
});

Deno.test("losses of different units are in columns of their own", () => {
  const runs = [
    fakeRun({ name: "a", accuracy: 0.9, loss: 64, reduction: "sum" }),
    fakeRun({ name: "b", accuracy: 0.9, loss: 1, reduction: "mean" }),
    fakeRun({ name: "c", accuracy: 0.9, loss: 32, reduction: "sum" }),
  ].map(listed);
  const columns = columnsOf([...runs, { ...runs[0], name: "live", figures: null }]);
  assertEquals(columns["train loss (sum)"], ["64", "", "32", "–"]);
  assertEquals(columns["train loss (mean)"], ["", "1", "", ""]);
  assertEquals(columns.accuracy, ["90.00 %", "90.00 %", "90.00 %", "–"]);
  assertEquals(columnsOf(runs.slice(0, 1))["train loss"], ["64"]);
});

Deno.test("figures of validation rows have columns if a finished run has them, apart for other numbers of rows", () => {
  const [plain, ...split] = [0, 50, 60].map((validation) => {
    const run = fakeRun({ name: `v${validation}`, accuracy: 0.9, figures: { "validation.accuracy": 0.8 } });
    Object.assign(run.experiment.pipeline, validation === 0 ? {} : { split: { validation } });
    if (validation === 0) delete run.metrics["validation.accuracy"];
    return listed(run);
  });
  const titles = (runs: ListedRun[]) =>
    Object.keys(columnsOf(runs)).filter((title) => /validation|train loss/.test(title));
  assertEquals(titles([plain]), ["train loss"]);
  assertEquals(titles([plain, { ...plain, figures: null }]), ["train loss"]);
  assertEquals(titles(split.slice(0, 1)), ["validation accuracy", "train loss"]);
  const columns = columnsOf([plain, ...split]);
  assertEquals(columns["validation accuracy (validation 50)"], ["", "80.00 %", ""]);
  assertEquals(columns.accuracy, ["90.00 %", "90.00 %", "90.00 %"]);
  assertEquals(columns["train loss"], ["1", "", ""]);
});

Deno.test("the list shows brief names for long ones, with the whole name and long texts to hover", () => {
  const model = [...Array(9).fill("linear(784,784)"), "linear(784,10)"];
  const name = (seed: number) => `a@train.model=${"_linear_784_784".repeat(6)}~0123456${seed}`;
  const runs = [0, 1].map((seed) => fakeRun({ name: name(seed), seed, accuracy: 0.9, model }));
  const all = [...runs, fakeRun({ name: "b", accuracy: 0.9 })].map(listed);
  const page = listBody(all, listColumns(all, figures, TERMS.seeds), listNames(all, TERMS.seeds), "").text;
  for (const seed of [0, 1]) assertStringIncludes(page, `title="${name(seed)}">a seed=${seed}</a>`);
  assertStringIncludes(page, 'title="b">b</a>');
  assertStringIncludes(page, `title="${model.join(" → ")}">linear(784,784) → linear(784,784) → …</td>`);
});
