import { assert, assertEquals, assertGreater, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { sweepPage } from "../../../pipeline/sweeps/sweep_page.ts";
import { curvesChart, parallelChart, scatterCharts, sweepPictures } from "../../../pipeline/sweeps/sweep_charts.ts";
import type { SweepReport } from "../../../pipeline/sweeps/sweep_report.ts";
import type { Traces } from "../../../pipeline/charts/marks.ts";
import { progressText } from "../../../pipeline/sweeps/trial_text.ts";
import { AUGMENT, LR, madeSweep, MODEL, MOMENTUM, SIZE } from "./fake_sweep.ts";

const FIVE = [LR, MOMENTUM, MODEL, SIZE, AUGMENT];
const figureIn = (page: string, name: string) =>
  new RegExp(`<figure [^>]*id="figure-${name}">[\\s\\S]*?</figure>`).exec(page)![0];
const titlesIn = (text: string) => [...text.matchAll(/<title>([^<]*)<\/title>/g)].map(([, title]) => title);
/** The rows of the table of all trials, as lists of texts. */
const rowsIn = (page: string) =>
  [...page.slice(page.indexOf("All trials")).matchAll(/<tr class="whole">(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row.matchAll(/>([^<]*)<\/t[hd]>/g)].map(([, text]) => text)
  );

Deno.test("a sweep's page begins with what was searched, what it took, the winner, the verdict and test figures", () => {
  const report = madeSweep();
  const page = sweepPage(report);
  const { trial, runs } = report.winner!;
  for (
    const text of [
      "halving over lr, momentum, model, size; validation accuracy, maximized; seeds 0, 1, 2; up to 27 epochs",
      `<b>97.10 ± 0.42 %</b>\n<span>validation accuracy of trial ${trial}, mean of 3 seeds with its 95 % interval`,
      `<dt>epochs trained</dt><dd>${report.trained} <small class="hint">11 % of the 2,187 of all trials to the end`,
      "26 stopped, 1 finished",
      `<th scope="row">train.optimizer.lr</th><td>${report.trials[trial].choices[LR.path]}</td>`,
      `<p>Trial ${trial}: not clearly better than trial 3 after 9 epochs (+0.21, p = 0.21, paired t test over 3 seeds).</p>`,
      '<th scope="row">on the test set</th><td>accuracy 97.31 ± 0.12 %, loss 0.0921 ± 0.0021</td>',
      `<a href="../${encodeURIComponent(runs[0])}/report.html">`,
    ]
  ) assertStringIncludes(page, text);
  assert(!page.includes('http-equiv="refresh"') && !page.includes(" data-reload="));
});

Deno.test("every trial is a line of parallel coordinates, a point for each parameter and a curve, with its values to hover", () => {
  const report = madeSweep();
  const page = sweepPage(report);
  const titles = titlesIn(figureIn(page, "parallel"));
  assertEquals(titles.length, 27);
  const { choices } = report.trials[report.winner!.trial];
  assertEquals(
    titles.at(-1),
    `trial ${report.winner!.trial}: lr ${choices[LR.path]}, momentum ${
      choices[MOMENTUM.path]
    }, model linear(784,300) → relu → ` +
      `linear(300,10) → softmax, size ${choices[SIZE.path]} · 97.10 ± 0.42 % · finished after 27 epochs`,
  );
  report.parameters.forEach((parameter, i) => {
    const points = titlesIn(figureIn(page, `by-${i}`));
    assertEquals(points.length, 27);
    assertMatch(points[0], new RegExp(`^trial \\d+: ${parameter.title} .*, [\\d.]+ ± 0.42 %$`));
  });
  assertEquals(titlesIn(figureIn(page, "curves")).length, 27);
  const axes = (parallelChart(report).marks as Traces).axes.map(({ label }) => label);
  assertEquals(axes, ["lr (log)", "momentum", "model", "size", "validation accuracy"]);
});

Deno.test("curves end at the rung at which their trial was stopped, and rungs say how many go on", () => {
  const report = madeSweep();
  const { rules, traces } = curvesChart(report).marks as Traces;
  assertEquals(rules, [
    { at: 0.25, text: "best 9 of 27 go on" },
    { at: 0.5, text: "best 3 of 9 go on" },
    { at: 0.75, text: "best 1 of 3 goes on" },
    { at: 1, text: "the end" },
  ]);
  const ends = Map.groupBy(traces, ({ places }) => places.at(-1)![0]);
  assertEquals([0.25, 0.5, 0.75, 1].map((at) => ends.get(at)!.length), [18, 6, 2, 1]);
  assertEquals(Map.groupBy(traces, ({ look }) => look).get("faint")!.length, 26);
});

Deno.test("the table has all trials, the best first, and says why each was stopped or failed", () => {
  const report = madeSweep({ trials: 60 });
  const rows = rowsIn(sweepPage(report));
  assertEquals(rows.length, 60);
  const best = report.trials[report.winner!.trial];
  assertEquals(rows[0].slice(0, 2), [String(best.index), "97.36 ± 0.42 %"]);
  assertEquals(rows[0].slice(-3), ["27", "finished", ""]);
  const failed = rows.filter((row) => row.includes("failed"));
  assertGreater(failed.length, 0);
  assertEquals(rows.slice(-failed.length), failed, "failed ones come last");
  for (const row of failed) assertEquals(row.slice(-1), ["diverged in epoch 1: the loss is not finite"]);
  for (const row of rows.filter((row) => row.includes("stopped"))) {
    assertMatch(row.at(-1)!, /th of \d+ after \d+ epochs; /);
  }
  assertStringIncludes(sweepPage(report), `best">97.36 ± 0.42 %</td>`);
});

Deno.test("a sweep in progress says how far it is, and its page loads itself again, without a script too", () => {
  const report = madeSweep({ at: 1 });
  const page = sweepPage(report);
  assertStringIncludes(page, "in progress: rung 2 of 4, 5 of 9 trials");
  assertStringIncludes(
    page,
    '<noscript><meta http-equiv="refresh" content="10"></noscript><main id="main" data-reload="10">',
  );
  assertEquals(progressText(madeSweep({ rungs: [9], at: 0 })), "in progress: 14 of 27 trials");
  const done = madeSweep();
  assertEquals(progressText(done), "finished");
  const concluding: SweepReport = { ...done, winner: { ...done.winner!, test: null, runs: [] } };
  assertEquals(progressText(concluding), "in progress: the winner is being evaluated");
  assertStringIncludes(sweepPage(concluding), "not evaluated yet");
  const two = { ...report, brackets: [...report.brackets, ...report.brackets] };
  assertEquals(progressText(two), "in progress: bracket 1 of 2, rung 2 of 4, 5 of 9 trials");
});

Deno.test("hyperband's brackets are in the tables", () => {
  const report = madeSweep({ trials: 12 });
  const page = sweepPage({
    ...report,
    brackets: [...report.brackets, { rungs: [{ epochs: 27, trials: 0, keeps: 0 }] }],
  });
  assertStringIncludes(page, "Brackets and rungs");
  assertStringIncludes(page.slice(page.indexOf("All trials")), '<th scope="col" class="figure">bracket</th>');
  assert(!sweepPage(report).includes("Brackets and rungs"));
  assertStringIncludes(sweepPage(report), "<h2>Rungs</h2>");
  assert(!sweepPage(madeSweep({ rungs: [5] })).includes("<h2>Rungs</h2>"));
});

Deno.test("nothing that a report contains becomes markup", () => {
  const hostile = `</title></script><script>alert("1")</script><img src=x onerror=alert(1)>'&`;
  const report = madeSweep({ trials: 9 });
  const changed = JSON.parse(
    JSON.stringify(report),
    (_, value) => value === "two-layer" || value === "halving" ? hostile : value,
  );
  Object.assign(changed.metric, { title: hostile, name: hostile });
  changed.parameters = [LR, { path: hostile, title: hostile, range: null, values: [hostile, { [hostile]: hostile }] }];
  for (const trial of changed.trials) Object.assign(trial, { choices: { [hostile]: hostile }, reason: hostile });
  changed.winner = { trial: 0, runs: [hostile], test: [{ title: hostile, text: hostile }], verdict: hostile };
  const page = sweepPage(changed);
  const own = sweepPage(report);
  for (const tag of ["<script", "</script", "<img", "<style"]) {
    assertEquals(page.split(tag).length, own.split(tag).length, tag);
  }
  assert(!page.includes('alert("1")'), "a quote would end an attribute");
});

Deno.test("one trial, no trial, no figure at all and figures that are not finite are shown as what they are", async () => {
  const one = madeSweep({ trials: 1, rungs: [3], seeds: [0], parameters: [LR] });
  const none: SweepReport = { ...one, trials: [], winner: null, trained: 0, ofAll: 0 };
  const failed = madeSweep({ trials: 5 });
  for (const trial of failed.trials) {
    Object.assign(trial, { mean: null, interval: null, values: [null], curve: [0.1, null], status: "failed" });
  }
  const reports = [one, none, { ...failed, winner: null }, {
    ...madeSweep({ trials: 5, at: 0 }),
    trials: madeSweep().trials,
  }];
  for (const report of reports) {
    const page = sweepPage(report);
    assert(!/NaN|undefined|Infinity/.test(page.slice(page.indexOf("<body>"), page.indexOf("<script type"))));
    for (const chart of scatterCharts(report)) assert(!/NaN/.test(JSON.stringify(chart)));
    assertEquals([...(await sweepPictures(report)).keys()], ["parallel.png", "curves.png"]);
  }
  assertStringIncludes(
    sweepPage(reports[2]),
    "There is no winner: no trial was trained to the end.",
  );
  assertStringIncludes(sweepPage(one), "seed 0; up to 3 epochs");
});

Deno.test("the page of 1,000 trials has less than 2 MB, and each of them in every chart", () => {
  const report = madeSweep({ trials: 1000, rungs: [1, 3, 9, 27, 81], parameters: FIVE });
  const page = sweepPage(report);
  assertLess(page.length, 2e6);
  assertEquals(titlesIn(figureIn(page, "parallel")).length, 1000);
  assertEquals(rowsIn(page).length, 1000);
  // A grid of long trainings: curves are thinned out.
  const long = sweepPage(madeSweep({ trials: 1000, rungs: [200], parameters: [LR] }));
  assertLess(long.length, 2e6);
  assertMatch(figureIn(long, "curves"), /There are many epochs: one of \d is drawn\./);
});
