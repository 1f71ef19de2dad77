/** A pipeline with a figure, a chart and an export more: everything that is made of a run shows them. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { checkAssertion } from "../../../pipeline/compare/assertion.ts";
import { compareRuns } from "../../../pipeline/compare/compare_runs.ts";
import { comparisonReport } from "../../../pipeline/compare/comparison_report.ts";
import { comparisonTable } from "../../../pipeline/compare/comparison_table.ts";
import { termsOf } from "../../../pipeline/define/terms.ts";
import { runsIn } from "../../../pipeline/compare/stored_runs.ts";
import { extendPipeline, type Pipeline } from "../../../pipeline/define/define_pipeline.ts";
import { seedPaths } from "../../../pipeline/experiment/schema.ts";
import { comparisonFile } from "../../../pipeline/pages/comparison_page.ts";
import { summaryRows } from "../../../pipeline/results/summary_rows.ts";
import { resultFiles } from "../../../pipeline/results/results.ts";
import { openLiveLog } from "../../../pipeline/results/live_log.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { confusionCsv } from "./definitions/confusion_csv.ts";
import { macroF1, macroF1Chart } from "./definitions/macro_f1.ts";
import { served } from "../ui/served.ts";
import { type FinishedSmallRun, finishRun } from "../results/finished_run.ts";

const extended: Pipeline = extendPipeline(classifier, {
  figures: [{ ...macroF1, shownIn: ["summary", "compare", "ui"] }],
  charts: [macroF1Chart],
  exports: [confusionCsv],
});

Deno.test("a figure, a chart and an export that a pipeline gets are everywhere, without an edit elsewhere", async () => {
  using small = makeSmallDataset();
  const results = small.path("results");
  const names = ["a", "b"];
  const runs: FinishedSmallRun[] = [];
  for (const [i, name] of names.entries()) {
    const finished = await finishRun(small.config, small.path("cache"), [`seed=${i}`], extended);
    await finished.writeTo(join(results, name));
    runs.push(finished);
  }
  const read = (file: string) => Deno.readTextFileSync(join(results, "a", file));
  const [{ run }] = runs;
  const values = run.figures.macro_f1 as number[];
  const last = `${(100 * values[2]).toFixed(2)} %`;

  // The results folder.
  assertEquals(JSON.parse(read("metrics.json")).macro_f1, values[2]);
  const [head, ...rows] = read("history.csv").trimEnd().split("\n").map((row) => row.split(","));
  assertEquals([head.at(-1), ...rows.map((row) => row.at(-1))], ["macro_f1", ...values.map(String)]);
  assertEquals(read("confusion.csv").trimEnd().split("\n").length, 10);
  assert(Deno.statSync(join(results, "a", "macro-f1.png")).size > 1000);
  const page = read("report.html");
  for (const part of ["<dt>macro F1</dt>", `<dd>${last}`, 'id="figure-macro-f1"', 'href="#figure-macro-f1"']) {
    assertStringIncludes(page, part);
  }
  assertStringIncludes(page, '<th scope="row">confusion.csv</th>');
  // The end of a run.
  const closing = summaryRows(extended, run);
  assertEquals(closing.find(({ name }) => name === "macro F1")?.text, last);
  const files = closing.filter(({ kind }) => kind === "files").map(({ text }) => text).join("  ");
  for (const name of ["macro-f1.png", "confusion.csv"]) assertStringIncludes(files, name);
  // Comparing.
  const terms = termsOf(extended.figures, seedPaths(extended));
  const stored = runsIn(results, null);
  const comparison = compareRuns(stored, terms, { sort: "macro_f1", filters: ["macro_f1>=0"] });
  assertEquals(comparison.metrics.find(({ name }) => name === "macro_f1")?.better, "higher");
  assertEquals(comparison.best.macro_f1.length, 1);
  const { columns } = comparisonTable(comparison, false);
  assert(columns.some(({ title }) => title === "macro F1"));
  assertEquals(checkAssertion(`a.macro_f1 == ${values[2]}`, comparison).holds, true);
  const report = comparisonReport(comparison, stored, terms);
  assert(report.charts.some(({ name, about }) => name === "macro_f1" && about === macroF1.about));
  assertStringIncludes(new TextDecoder().decode(comparisonFile(report)), 'id="figure-macro_f1"');
  // The ui: the list, and a run at work.
  const { experiment, graph, stages } = run;
  const { store } = runs[0];
  const log = openLiveLog({ pipeline: extended, folder: join(results, "c"), name: "c", experiment }, store)!;
  for (const stage of graph.map(({ stage }) => stage).filter(({ kind }) => kind === "fold")) {
    const { each } = stages.find((one) => one.stage === stage.name)!.record;
    const steps = values.map((_, step) =>
      Object.fromEntries(Object.entries(each!).map(([name, list]) => [name, list[step]]))
    );
    log.stageStarts(stage, steps.slice(0, 1));
    steps.forEach((outputs, step) => step > 0 && log.stepEnds(stage, step, outputs));
  }
  await served({ pipeline: extended, seeds: seedPaths(extended), results }, async (url) => {
    const list = await (await fetch(url)).text();
    assertMatch(list, /<th scope="col">macro F1<\/th>/);
    assertStringIncludes(list, `<td class="figure">${last}</td>`);
    const live = await (await fetch(`${url}/run?name=c`)).text();
    for (const part of ["<dt>macro F1</dt>", `<dd>${last}</dd>`, 'id="figure-macro-f1"']) {
      assertStringIncludes(live, part);
    }
  });
  log.close();
});

Deno.test("a run without a validation stage has neither the figures nor the charts of a test set", async () => {
  using small = makeSmallDataset();
  const chain = ["download", "tensorize", "normalize", "batch", "train"];
  const config = small.write("untested.json", { ...small.experiment, name: "untested", chain });
  const finished = await finishRun(config, small.path("cache"), [], extended);
  assertEquals(await finished.writeTo(small.path("results/untested")), "written");
  const { charts: drawn, exports } = resultFiles(extended, finished.run);
  const ofTestSet = /confusion|calibration|mistakes|predictions|macro-f1/;
  assertEquals([...drawn, ...exports].filter((name) => ofTestSet.test(name)), []);
  for (const name of ["loss.png", "accuracy.png", "samples.png", "weights.png", "model.svg", "pipeline.svg"]) {
    assert(drawn.includes(name) && Deno.statSync(small.path(`results/untested/${name}`)).size > 1000, name);
  }
  const names = Object.keys(JSON.parse(Deno.readTextFileSync(small.path("results/untested/metrics.json"))));
  assertEquals(names, ["run", "epochs", "parameters", "train_loss", "train_accuracy", "train_clamped"]);
  const history = Deno.readTextFileSync(small.path("results/untested/history.csv"));
  assertEquals(history.split("\n")[0], "epoch,train_loss,train_accuracy,train_clamped");
});
