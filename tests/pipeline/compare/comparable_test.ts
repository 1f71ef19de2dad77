/** Which figures and runs are compared: those that depend on the same data, and runs that are different ones. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { figures } from "../../../pipeline/classifier/figures.ts";
import { checkAssertion } from "../../../pipeline/compare/assertion.ts";
import type { StoredRun } from "../../../pipeline/compare/compare_runs.ts";
import { comparisonReport } from "../../../pipeline/compare/comparison_report.ts";
import { repeatedRuns } from "../../../pipeline/compare/groups.ts";
import { comparisonText } from "../../../pipeline/cli/comparison_text.ts";
import { compared, type Fake, fakeRun, seedsOf, TERMS } from "./fake_runs.ts";

/** Accuracies of `total` test images over the seeds 0, 1, …. */
function counted(name: string, lr: number, total: number, counts: number[]): StoredRun[] {
  return counts.map((correct, seed) => {
    const figures = { correct, total, mean_batch_accuracy: correct / total };
    return fakeRun({ name: seed === 0 ? name : `${name}@seed=${seed}`, seed, lr, accuracy: correct / total, figures });
  });
}

/** A run with the digests of a manifest. */
function withOutputs(run: StoredRun, outputs: Record<string, string | string[]>): StoredRun {
  return { ...run, outputs: [{ ...outputs }] };
}

const ACCURACIES = ["accuracy", "correct", "mean_batch_accuracy"];

Deno.test("figures of different test sets are not compared: no star, no test, no assertion, and it is said", () => {
  const runs = [...counted("small", 1, 32, [19, 21, 24]), ...counted("large", 2, 128, [100, 104, 111])];
  const { best, tests, ...comparison } = compared(runs, { metrics: ACCURACIES });
  assertEquals([Object.values(best).flat(), tests], [[], []]);
  const text = comparisonText({ best, tests, ...comparison }, { tested: ACCURACIES });
  assertMatch(text, /accuracy, correct, mean of batches: not compared across different total$/m);
  assertEquals(comparisonReport({ best, tests, ...comparison }, [], TERMS).notes.length, 1);
  for (const figure of ACCURACIES) {
    for (const text of [`small.${figure} < large.${figure}`, `large@seed=1.${figure} != small.${figure}`]) {
      const { holds, reason } = checkAssertion(text, { ...comparison });
      assertEquals([holds, reason], [false, "not compared across different total"], text);
    }
  }
  // What does not depend on the test set, and one side alone, is compared.
  assertEquals(checkAssertion("large.accuracy > 75%", comparison).holds, true);
  assertEquals(checkAssertion("small.total < large.total", comparison).holds, true);
  assertEquals(checkAssertion("small.train_loss == large.train_loss", comparison).holds, true);
});

Deno.test("test sets of the same size are told apart by their content, as far as it is known", () => {
  const run = (name: string, lr: number, accuracy: number, digests: Record<string, string>) =>
    withOutputs(fakeRun({ name, lr, accuracy, figures: { total: 32 } }), digests);
  const same = { test_images: "a", test_labels: "b" };
  const bests = (a: Record<string, string>, b: Record<string, string>) =>
    compared([run("a", 1, 0.5, a), run("b", 2, 0.75, b)], { metrics: ["accuracy"] }).best.accuracy ?? [];
  assertEquals(bests(same, same), ["b"]);
  assertEquals(bests(same, { ...same, test_images: "c" }), []);
  assertEquals(bests(same, { ...same, test_labels: "c" }), []);
  assertEquals(bests(same, { ...same, train_images: "c" }), ["b"]);
  assertEquals(bests(same, {}), ["b"], "nothing is known of one of them");
});

Deno.test("losses of different losses and clamps, and classes of different models, are not compared", () => {
  const differing = (name: string, change: (run: StoredRun) => void) => {
    const [a, b] = [fakeRun({ name: "a", accuracy: 0.5 }), fakeRun({ name: "b", accuracy: 0.6 })];
    for (const run of [a, b]) Object.assign(run.metrics, { classes: [1, 2], classes_predicted: 2, train_accuracy: 1 });
    change(b);
    return compared([a, b], { metrics: [name] }).metrics[0].differing;
  };
  const train = (run: StoredRun) => run.experiment.pipeline.train as { loss: Record<string, unknown> };
  for (const name of ["loss", "loss_per_image", "train_loss"]) {
    assertEquals(differing(name, (run) => train(run).loss.clamp = 0), ["train.loss.clamp"], name);
    assertEquals(differing(name, (run) => train(run).loss.name = "mse"), ["train.loss.name"], name);
  }
  assertEquals(differing("loss_per_image", (run) => train(run).loss.reduction = "mean"), []);
  assertEquals(differing("classes_predicted", (run) => run.metrics.classes = [1, 2, 3]), ["classes"]);
  assertEquals(differing("accuracy", (run) => train(run).loss.clamp = 0), []);
});

Deno.test("--sort orders those apart whose figures are not compared", () => {
  const runs = [
    ...counted("small", 1, 32, [16]),
    ...counted("large", 2, 128, [96]),
    ...counted("small-b", 3, 32, [24]),
    ...counted("large-b", 4, 128, [112]),
  ];
  const sorted = (sort: string) => compared(runs, { sort }).groups.map(({ name }) => name);
  assertEquals(sorted("accuracy"), ["small-b", "small", "large-b", "large"]);
  assertEquals(sorted("-accuracy"), ["small", "small-b", "large", "large-b"]);
});

Deno.test("every figure depends on the data that it is of, on how these are split, and one of the loss on that", () => {
  const ofTest = ["test_images|train_images", "test_labels", "split.test"];
  const ofTraining = ["train_images", "train_labels", "split.validation", "split.test"];
  for (
    const { name, from, dependsOn } of figures.filter(({ name }) =>
      !/total$|parameters|class_names|learning_rate/.test(name)
    )
  ) {
    const data = [from].flat().includes("test_evaluation") ? ofTest : ofTraining;
    for (const one of data) assert(dependsOn.includes(one), `${name} depends on ${one}`);
    if (name.includes("loss")) assert(dependsOn.includes("train.loss.name"), `${name} depends on the loss`);
  }
});

/** A run with these values of split, over whose seed it may vary. */
function splitRun(name: string, lr: number, split: Record<string, number>, outputs: Record<string, string> = {}) {
  const run = fakeRun({
    name,
    lr,
    seed: split.seed,
    accuracy: lr / 10,
    figures: { validation: { accuracy: lr / 10 } },
  });
  const { experiment } = run;
  return withOutputs({ ...run, experiment: { ...experiment, pipeline: { ...experiment.pipeline, split } } }, outputs);
}

Deno.test("accuracies on validation rows are compared where equally many rows are drawn from the same data, over seeds", () => {
  const names = ["validation.accuracy", "accuracy"];
  const bests = (a: Record<string, number>, b: Record<string, number>, ...outputs: Record<string, string>[]) => {
    const runs = [splitRun("a", 1, a, outputs[0]), splitRun("b", 2, b, outputs[1])];
    return names.map((name) => compared(runs, { metrics: [name] }).best[name] ?? []);
  };
  const split = { validation: 50, seed: 0 };
  assertEquals(bests(split, split), [["b"], ["b"]]);
  assertEquals(bests(split, { validation: 60, seed: 0 }), [[], ["b"]]);
  assertEquals(bests(split, split, { train_images: "x" }, { train_images: "y" }), [[], ["b"]]);
  const drawn = { validation: 50, test: 20, seed: 0 };
  assertEquals(bests(drawn, { ...drawn, test: 30 }), [[], []]);
  // The dataset has no test file, so the rows of the other are tested.
  const nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  const files = (train_images: string) => ({ train_images, test_images: nothing });
  assertEquals(bests(drawn, drawn, files("x"), files("x")), [["b"], ["b"]]);
  assertEquals(bests(drawn, drawn, files("x"), files("y")), [[], []]);
  // Each pair of the test has one seed, and so the same rows.
  const seeds = [0, 1, 2].flatMap((seed) =>
    [1, 2].map((lr) => splitRun(`${"ab"[lr - 1]}@seed=${seed}`, lr, { validation: 50, seed }))
  );
  const { groups, tests } = compared(seeds, { metrics: names.slice(0, 1) });
  assertEquals([groups.map(({ seeds }) => seeds), tests.map(({ n }) => n)], [[3, 3], [3]]);
});

Deno.test("a stage that an experiment does not have draws nothing: its seed is not one of the run's", () => {
  const runs = seedsOf("a", [0.5, 0.5]).map(({ experiment, ...run }) => {
    const { batch, train, ...others } = experiment.pipeline as Record<string, Record<string, number>>;
    const pipeline = { ...others, batch: { ...batch, seed: 1 }, train: { ...train, seed: 1 } };
    return { ...run, experiment: { ...experiment, pipeline } };
  });
  assertEquals(compared(runs).groups[0].seeds, 1);
});

Deno.test("counts and shares are tested by their steps: a spread of less than an image claims nothing", () => {
  const verdicts = (total: number, a: number[], b: number[]) =>
    compared([...counted("a", 1, total, a), ...counted("b", 2, total, b)], { metrics: ["accuracy", "correct"] })
      .tests.map(({ verdict, p, interval }) => [verdict, p === null, interval === null]);
  const open = ["no spread", true, true];
  assertEquals(verdicts(32, [19, 20], [20, 21]), [open, open]);
  assertEquals(verdicts(10000, [9670, 9673, 9671], [9677, 9680, 9678]), [open, open]);
  assertEquals(verdicts(32, [10, 11, 12, 13], [12, 13, 14, 16]), [open, open]);
  assertEquals(verdicts(32, [10, 12, 9], [20, 25, 22]).map(([verdict]) => verdict), ["better", "better"]);
  assertEquals(verdicts(32, [10, 12, 9], [10, 12, 9]).map(([verdict]) => verdict), ["same", "same"]);
  const comparison = compared([...counted("a", 1, 32, [19, 20]), ...counted("b", 2, 32, [20, 21])]);
  const text = comparisonText(comparison, { tested: ["accuracy"] });
  assertMatch(text, /^b +\+3\.1\d* +– +– +– +2 +not testable: no measurable spread over 2 seeds$/m);
});

Deno.test("runs whose stages draw from the same low 32 bits of their seeds are one observation", () => {
  const run = (seed: number, more: Partial<Fake> = {}) =>
    fakeRun({ name: `a@seed=${seed}`, seed, accuracy: 0.5 + (seed % 7) / 100, ...more });
  const runs = [run(5), run(2 ** 40 + 5), run(6), run(2 ** 32), run(0)];
  const { groups: [{ runs: names, seeds, metrics }], rows } = compared(runs);
  assertEquals([names.length, seeds, metrics.accuracy!.n], [5, 3, 3]);
  const warnings = repeatedRuns(rows);
  assertEquals(warnings.length, 2);
  assertStringIncludes(warnings[0], `a@seed=${2 ** 40 + 5}: the same run as a@seed=5, so it counts once.`);
  const other = runs.map((one) =>
    fakeRun({ name: one.name.replace("a", "b"), seed: one.experiment.seed, lr: 9, accuracy: 0 })
  );
  assertEquals(compared([...runs, ...other]).tests[0].n, 3);
});

Deno.test("runs with the same results are one observation, whatever their seeds; the same accuracy alone is not", () => {
  const runs = seedsOf("a", [0.5, 0.5, 0.5, 0.75]);
  assertEquals([compared(runs).groups[0].seeds, repeatedRuns(compared(runs).rows)], [4, []]);
  const outputs = ["w", "w", "v", "u"].map((weights) => ({ test_images: "t", checkpoint: ["init", weights] }));
  const { groups: [group], rows } = compared(runs.map((run, i) => withOutputs(run, outputs[i])));
  assertEquals([group.seeds, group.metrics.accuracy!.n], [3, 3]);
  assertMatch(repeatedRuns(rows)[0], /^a@seed=1: the same run as a, so it counts once\./);
  // Stages without steps say nothing of it: the data are the same for all seeds.
  const data = compared(runs.map((run) => withOutputs(run, { test_images: "t" })));
  assertEquals(data.groups[0].seeds, 4);
});

Deno.test("runs of which an experiment fixes the seeds of all stages are one observation", () => {
  const runs = seedsOf("a", [0.5, 0.5, 0.5]).map(({ experiment, ...run }) => {
    const { batch, train, ...others } = experiment.pipeline as Record<string, Record<string, number>>;
    const pipeline = { ...others, batch: { ...batch, seed: 1 }, train: { ...train, seed: 2 } };
    return { ...run, experiment: { ...experiment, pipeline } };
  });
  const { groups: [{ seeds }], rows } = compared(runs);
  assertEquals(seeds, 1);
  assertMatch(repeatedRuns(rows)[0], /^a@seed=1, a@seed=2: the same run as a, /);
});
