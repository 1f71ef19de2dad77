import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../pipeline/engine/run_errors.ts";
import { shortPaths } from "../../../pipeline/compare/labels.ts";
import { compared, fakeRun, seedsOf } from "./fake_runs.ts";

const better = seedsOf("better", [0.95, 0.96, 0.94], { lr: 0.2 });
const base = seedsOf("base", [0.9, 0.93, 0.91]);

Deno.test("compareRuns() groups the runs that differ in their seeds alone", () => {
  const { groups, rows, params } = compared([...base, ...better]);
  assertEquals(groups.map(({ name, runs, seeds }) => [name, runs, seeds]), [
    ["base", ["base", "base@seed=1", "base@seed=2"], 3],
    ["better", ["better", "better@seed=1", "better@seed=2"], 3],
  ]);
  assertEquals(params, ["seed", "train.optimizer.lr"]);
  assertEquals(groups[1].params, { "train.optimizer.lr": 0.2 });
  assertEquals(rows.map(({ draw }) => draw), ["0", "1", "2", "0", "1", "2"]);
  const { n, mean, std, interval } = groups[0].metrics.accuracy!;
  assertEquals(n, 3);
  assert(Math.abs(mean - 0.913333333333) < 1e-9);
  assert(Math.abs(std! - 0.015275252317) < 1e-9);
  // scipy.stats.t.interval(0.95, 2, numpy.mean(values), scipy.stats.sem(values))
  assert(Math.abs(interval![0] - 0.875387503) < 1e-8, String(interval));
});

Deno.test("compareRuns() keeps experiments of other names apart, though they say the same", () => {
  const { groups } = compared([fakeRun({ name: "a", accuracy: 0.9 }), fakeRun({ name: "b", accuracy: 0.9 })]);
  assertEquals(groups.map(({ name }) => name), ["a", "b"]);
});

Deno.test("compareRuns() names a group without the seeds among its changes", () => {
  const names = ["flat@seed=1,train.epochs=60", "flat@seed=2,train.epochs=60", "flat@batch.seed=3,train.seed=4"];
  const runs = names.map((name, seed) => fakeRun({ name, seed, accuracy: 0.9, lr: name.includes("60") ? 5 : 1 }));
  assertEquals(compared(runs).groups.map(({ name }) => name), ["flat@train.epochs=60", "flat"]);
});

Deno.test("compareRuns() gives groups of one name their first runs' names: the file was changed between the runs", () => {
  const [a, b, c] = seedsOf("flat", [0.9, 0.8, 0.7]);
  const changed = [b, c].map((run) => ({ ...run, experiment: fakeRun({ ...run, accuracy: 1, lr: 9 }).experiment }));
  assertEquals(compared([a, ...changed]).groups.map(({ name }) => name), ["flat", "flat@seed=1"]);
});

Deno.test("compareRuns() counts a draw once, however its seeds were written", () => {
  const [first, second] = seedsOf("flat", [0.9, 0.8]);
  const pipeline = { ...second.experiment.pipeline };
  const again = { name: "flat@batch.seed=1,train.seed=1", experiment: { seed: 0, pipeline }, metrics: second.metrics };
  const [group] = compared([first, second, again]).groups;
  assertEquals([group.runs.length, group.seeds, group.metrics.accuracy!.n], [3, 2, 2]);
});

Deno.test("compareRuns() marks the best by each figure's own direction, and all that are equal", () => {
  const runs = [
    fakeRun({ name: "a", accuracy: 0.9, loss: 3 }),
    fakeRun({ name: "b", accuracy: 0.95, loss: 2 }),
    fakeRun({ name: "c", accuracy: 0.95, loss: 1 }),
    fakeRun({ name: "d", accuracy: 0.1, loss: null }),
  ];
  const { best } = compared(runs);
  assertEquals(best, { accuracy: ["b", "c"], loss_per_image: ["c"], train_loss: ["c"] });
  assertEquals(compared(runs.slice(0, 1)).best.accuracy, []);
});

Deno.test("compareRuns() calls no loss better than one of another unit", () => {
  const runs = [
    fakeRun({ name: "a", accuracy: 0.9, loss: 64, reduction: "sum" }),
    fakeRun({ name: "b", accuracy: 0.9, loss: 1, reduction: "mean" }),
  ];
  const { metrics, best } = compared(runs, { metrics: ["loss", "train_loss", "loss_per_image"] });
  assertEquals(metrics.map(({ better }) => better), [null, null, "lower"]);
  assertEquals(metrics.map(({ differing }) => differing), [["train.loss.reduction"], ["train.loss.reduction"], []]);
  assertEquals(best, { loss_per_image: ["b"] });
});

Deno.test("compareRuns() tests every group against the baseline over the seeds that both have", () => {
  const short = seedsOf("short", [0.5], { lr: 3 });
  const { tests } = compared([...base, ...better.slice(0, 2), ...short], { metrics: ["accuracy"] });
  assertEquals(tests.map(({ group, baseline, n }) => [group, baseline, n]), [["better", "base", 2], [
    "short",
    "base",
    1,
  ]]);
  // scipy.stats.ttest_rel([0.95, 0.96], [0.9, 0.93]): difference 0.04, p 0.155958
  const [{ difference, p, adjusted, verdict }, few] = tests;
  assert(Math.abs(difference! - 0.04) < 1e-12);
  assert(Math.abs(p! - 0.15595826) < 1e-7, String(p));
  assertEquals([adjusted, verdict], [p, "open"]);
  assertEquals([few.p, few.interval, few.verdict], [null, null, "too few seeds"]);
});

Deno.test("compareRuns() pairs by the seed, in whatever order the runs come", () => {
  const [zero, one, two] = better;
  const { tests: [{ n, difference, p }] } = compared([...base, two, zero], { metrics: ["accuracy"] });
  // scipy.stats.ttest_rel([0.95, 0.94], [0.9, 0.91])
  assertEquals(n, 2);
  assert(Math.abs(difference! - 0.04) < 1e-12);
  assert(Math.abs(p! - 0.15595826) < 1e-7, String(p));
  const swapped = compared([...base, one, two, zero], { metrics: ["accuracy"] }).tests[0];
  const straight = compared([...base, ...better], { metrics: ["accuracy"] }).tests[0];
  assert(Math.abs(swapped.p! - straight.p!) < 1e-12, `${swapped.p} is not ${straight.p}`);
});

Deno.test("compareRuns() finds better and worse, the same and what is open, by the figure's direction", () => {
  const runs = [
    ...seedsOf("base", [0.9, 0.91, 0.92, 0.9]),
    ...seedsOf("up", [0.95, 0.961, 0.972, 0.95], { lr: 2 }),
    ...seedsOf("down", [0.8, 0.811, 0.822, 0.8], { lr: 3 }),
    ...seedsOf("same", [0.9, 0.91, 0.92, 0.9], { lr: 4 }),
    ...seedsOf("open", [0.95, 0.87, 0.93, 0.9], { lr: 5 }),
  ];
  const verdicts = compared(runs, { metrics: ["accuracy"] }).tests.map(({ group, verdict }) => [group, verdict]);
  assertEquals(verdicts, [["up", "better"], ["down", "worse"], ["same", "same"], ["open", "open"]]);
  const losses = runs.map((run) => ({ ...run, metrics: { ...run.metrics, loss_per_image: run.metrics.accuracy } }));
  const { tests } = compared(losses, { metrics: ["loss_per_image"] });
  assertEquals(tests.slice(0, 2).map(({ verdict }) => verdict), ["worse", "better"]);
});

Deno.test("compareRuns() decides by the corrected p: one experiment among many that looks better by chance is not", () => {
  const noise = Array.from({ length: 9 }, (_, i) => seedsOf(`n${i}`, [0.9, 0.91, 0.93], { lr: i + 2 })).flat();
  const lucky = seedsOf("lucky", [0.913, 0.918, 0.926], { lr: 99 });
  const alone = compared([...seedsOf("base", [0.9, 0.905, 0.91]), ...lucky], { metrics: ["accuracy"] }).tests[0];
  assert(alone.p! < 0.05, String(alone.p));
  assertEquals(alone.verdict, "better");
  const { tests } = compared([...seedsOf("base", [0.9, 0.905, 0.91]), ...lucky, ...noise], {
    metrics: ["accuracy"],
  });
  assertEquals([tests[0].p, tests[0].verdict], [alone.p, "open"]);
});

Deno.test("compareRuns() takes the baseline that is asked for", () => {
  const { tests } = compared([...base, ...better], { baseline: "better", metrics: ["accuracy"] });
  assertEquals(tests.map(({ group, baseline }) => [group, baseline]), [["base", "better"]]);
  const wrong = () => compared([...base, ...better], { baseline: "bettr" });
  assertThrows(wrong, UsageError, 'no experiment "bettr" to test the others against. Did you mean "better"?');
});

Deno.test("compareRuns() shows figures inside of objects, and refuses one that no run has", () => {
  const run = fakeRun({ name: "a", accuracy: 0.9, figures: { best: { epoch: 3, accuracy: 0.95 }, classes: [1, 2] } });
  const { rows } = compared([run], { metrics: ["best.accuracy", "best.epoch"] });
  assertEquals([rows[0].metrics["best.accuracy"], rows[0].metrics["best.epoch"]], [0.95, 3]);
  assertThrows(() => compared([run], { metrics: ["acuracy"] }), UsageError, 'Did you mean "accuracy"?');
});

Deno.test("shortPaths() cuts paths to what tells them apart, and lets no name stand alone", () => {
  const paths = ["train.optimizer.lr", "train.loss.name", "batch.size", "train.size", "train.epochs"];
  assertEquals([...shortPaths(paths).values()], ["lr", "loss.name", "batch.size", "train.size", "epochs"]);
});
