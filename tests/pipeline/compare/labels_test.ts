import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { checkAssertion } from "../../../pipeline/compare/assertion.ts";
import { curvesOf } from "../../../pipeline/compare/compared_curves.ts";
import type { StoredRun } from "../../../pipeline/compare/compare_runs.ts";
import { comparisonTable } from "../../../pipeline/compare/comparison_table.ts";
import { comparisonCsv, comparisonMarkdown } from "../../../pipeline/cli/comparison_formats.ts";
import { setAt } from "../../../pipeline/experiment/override.ts";
import { runName } from "../../../pipeline/experiment/variants.ts";
import { UsageError } from "../../../pipeline/engine/run_errors.ts";
import type { Plain } from "../../../pipeline/engine/store/digest.ts";
import { compared, fakeRun } from "./fake_runs.ts";

/** A run with these params of stages, named as `run --set … --seeds` names it. */
function variant(experiment: string, changes: Record<string, Plain>, seed = 0): StoredRun {
  const overrides = Object.entries(changes).map(([path, value]) => ({ path, value }));
  const name = runName(experiment, [...overrides, ...(seed === 0 ? [] : [{ path: "seed", value: seed }])]);
  const run = fakeRun({ name, seed, accuracy: 0.9 + seed / 1000 });
  for (const { path, value } of overrides) setAt(run.experiment.pipeline, path.split("."), value, name);
  return run;
}

const hidden = (...sizes: number[]): string[] => [
  ...sizes.flatMap((size, i) => [`linear(${[784, ...sizes][i]},${size})`, "relu"]),
  `linear(${sizes.at(-1)},10)`,
  "softmax",
];
const labelsOf = (runs: readonly StoredRun[]) => compared(runs).groups.map(({ label }) => label);

const SHORTENED: Record<string, Record<string, Plain>> = {
  "a list": { "train.model": hidden(30) },
  "an object": { "train.optimizer": { name: "sgd", lr: 0.3, momentum: 0.9 } },
  "a text with a space": { "train.note": "second try" },
  "so many that the name is too long": {
    "batch.size": 128,
    "train.loss.clamp": 1e-9,
    "train.loss.reduction": "mean",
    "train.optimizer.lr": 0.0123456789,
    "train.optimizer.weight_decay": 0.000123456789,
    "validate.batch_size": 1024,
  },
};

for (const [what, changes] of Object.entries(SHORTENED)) {
  Deno.test(`the seeds of a run are one group, though ${what} shortens its name`, () => {
    const runs = [0, 1, 2].map((seed) => variant("two-layer", changes, seed));
    assert(runs.every(({ name }) => name.includes("~")), runs[0].name);
    const { groups, rows } = compared(runs);
    const [{ label }] = groups;
    // Not "two-layer": that is another experiment, which is not compared here.
    assertMatch(label, /^two-layer@.{1,20}…~[0-9a-f]{8}$/);
    assertEquals(groups.map(({ seeds, metrics }) => [seeds, metrics.accuracy!.n]), [[3, 3]]);
    assertEquals(new Set(rows.map(({ group }) => group)), new Set([groups[0].name]));
    const [whole, ...each] = comparisonTable(compared(runs), true).rows.map(([{ text }]) => text);
    assertEquals([whole, ...each], [label, "  seed 0", "  seed 1", "  seed 2"]);
  });
}

const LAYERS = [[10], [30], [100]];
const sweep = LAYERS.flatMap((sizes) =>
  [0.1, 0.3, 1].flatMap((lr) =>
    [0, 1, 2].map((seed) => variant("deep", { "train.model": hidden(...sizes), "train.optimizer.lr": lr }, seed))
  )
);

Deno.test("a sweep of 27 runs over lists and seeds is nine experiments, labelled by what differs", () => {
  const comparison = compared(sweep);
  assertEquals(comparison.groups.map(({ seeds }) => seeds), Array(9).fill(3));
  const labels = comparison.groups.map(({ label }) => label);
  assertEquals(labels.slice(0, 4), [
    "model=linear(784,10) lr=0.1",
    "model=linear(784,10) lr=0.3",
    "model=linear(784,10) lr=1",
    "model=linear(784,30) lr=0.1",
  ]);
  assertEquals(new Set(labels).size, 9);
  const { columns, rows } = comparisonTable(comparison, false);
  assertEquals(columns[0].title, "deep");
  assertEquals(rows.map(([{ text }]) => text), labels);
  const curves = curvesOf(comparison, new Map(sweep.map(({ name }) => [name, { loss: [1, 2] }])), "loss");
  assertEquals(curves.map(({ label }) => label), labels.map((label) => `${label} (3 seeds)`));
  const csv = comparisonCsv(comparison, { tested: [] }).split("\n");
  assertEquals(csv.filter((line) => line.includes(',"model=linear(784,10) lr=0.1",')).length, 3);
  const markdown = comparisonMarkdown(comparison, { tested: ["accuracy"] });
  assert(markdown.includes("| model=linear(784,10) lr=0.3 |"), markdown);
  assert(markdown.includes("accuracy against model=linear(784,10) lr=0.1:"), markdown);
});

Deno.test("a label is as good as a name for --baseline and --assert", () => {
  const baseline = "model=linear(784,30) lr=0.3";
  const comparison = compared(sweep, { baseline, metrics: ["accuracy"] });
  assertEquals(comparison.tests[0].baseline, comparison.groups[4].name);
  const { holds, left } = checkAssertion(`${baseline}.accuracy < 0.95`, comparison);
  assertEquals([holds, left], [true, comparison.groups[4].metrics.accuracy!.mean]);
});

Deno.test("labels name the experiment where several are compared, and params only within one", () => {
  const runs = [
    variant("flat", {}),
    variant("deep", { "batch.size": 32 }),
    variant("deep", { "batch.size": 64, "train.optimizer.lr": 3 }, 1),
    variant("wide", { "train.epochs": 60 }),
    variant("long", { "train.model": hidden(20) }),
  ];
  const labels = labelsOf(runs);
  assertEquals(labels.slice(0, 4), ["flat", "deep size=32 lr=0.1", "deep size=64 lr=3", "wide@train.epochs=60"]);
  // The name of the experiment is that of another run, for which an assertion may be meant.
  assertMatch(labels[4], /^long@.{1,25}…~[0-9a-f]{8}$/);
  assertThrows(() => checkAssertion("long.accuracy > 0", compared(runs)), UsageError, "There is no experiment");
});

Deno.test("labels show of lists and long texts what tells them apart, and are never the same", () => {
  const models = (...all: string[][]) => labelsOf(all.map((model) => variant("a", { "train.model": model })));
  assertEquals(models(["linear(784,10)", "softmax"], hidden(30)), [
    "model=linear(784,10)",
    "model=linear(784,30)→relu→line…",
  ]);
  assertEquals(models(hidden(50, 20), hidden(50, 40), hidden(60, 20)), [
    "model=linear(50,20)",
    "model=linear(50,40)",
    "model=linear(60,20)",
  ]);
  assertEquals(models(["a", "b"], ["a", "c", "b"]), ["model=a→b", "model=a→c→b"]);
  const folder = (name: string) => variant("a", { "download.dataset": `/home/user/a/long/way/to/the/data/${name}` });
  assertEquals(labelsOf([folder("one"), folder("two")]), [
    "dataset=…long/way/to/the/data/one",
    "dataset=…long/way/to/the/data/two",
  ]);
  // A param that only some runs have is named where nothing else distinguishes them.
  const some = [variant("a", {}), variant("a", { "train.optimizer.momentum": 0.9 })];
  assertEquals(labelsOf(some), ["momentum=–", "momentum=0.9"]);
});

Deno.test("runs of equal names in two folders stay apart, also if the folders' names contain @", () => {
  const [first, second] = ["runs@1/deep", "runs@2/deep"].map((name) => fakeRun({ name, accuracy: 0.9 }));
  const seeds = [first, second].map(({ name }) => fakeRun({ name: `${name}@seed=1`, seed: 1, accuracy: 0.8 }));
  assertEquals(compared([first, second, ...seeds]).groups.map(({ name, label, seeds }) => [name, label, seeds]), [
    ["runs@1/deep", "runs@1/deep", 2],
    ["runs@2/deep", "runs@2/deep", 2],
  ]);
});
