import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { withFolder } from "../sources/scratch.ts";
import { mustBeDone, retrace } from "./retrace.ts";

/** A run's results, as far as compare reads them. */
interface Fake {
  name: string;
  seed?: number;
  lr?: number;
  model?: string[];
  accuracy: number;
  loss: number;
  train_clamped?: number;
  classes_predicted?: number;
}

function writeRun(
  results: string,
  { name, seed = 0, lr = 0.1, model = ["linear(784,10)", "softmax"], ...figures }: Fake,
) {
  const folder = join(results, name);
  Deno.mkdirSync(folder, { recursive: true });
  const { accuracy, loss, ...stall } = figures;
  const train = { model, optimizer: { name: "sgd", lr }, epochs: 2, seed };
  const experiment = { name: name.split("@")[0], seed, pipeline: { batch: { size: 64, seed }, train } };
  const metrics = {
    accuracy,
    loss,
    correct: accuracy * 10000,
    mean_batch_accuracy: accuracy,
    train_loss: 2 * loss,
    epochs: 2,
    ...stall,
  };
  Deno.writeTextFileSync(join(folder, "experiment.json"), JSON.stringify(experiment));
  Deno.writeTextFileSync(join(folder, "metrics.json"), JSON.stringify(metrics));
}

const DEEP = ["linear(784,30)", "relu", "linear(30,10)", "softmax"];

Deno.test("compare shows the params that differ, and no others, beside the figures", async () => {
  await withFolder(async (results) => {
    writeRun(results, { name: "flat", accuracy: 0.9, loss: 0.5 });
    writeRun(results, {
      name: "deep",
      lr: 0.01,
      model: DEEP,
      accuracy: 0.9671,
      loss: 0.125,
      train_clamped: 0.4474,
      classes_predicted: 6,
    });
    const outcome = await retrace("compare", "flat", "deep", "--results", results);
    mustBeDone(outcome);
    const [head, flat, deep, ...rest] = outcome.stdout.trimEnd().split("\n");
    assertMatch(
      head,
      /^run +train\.model +train\.optimizer\.lr +accuracy +correct +mean of batches +test loss +train loss +clamped +classes +epochs$/,
    );
    assertMatch(flat, /^flat +linear\(784,10\) → softmax +0\.1 +90\.00 % +9000 +90\.00 % +0\.5 +1 +– +– +2$/);
    assertMatch(
      deep,
      /^deep +linear\(784,30\) → relu → .* 0\.01 +96\.71 % +9671 +96\.71 % +0\.125 +0\.25 +44\.74 % +6 +2$/,
    );
    assertEquals(rest, []);
  });
});

Deno.test("compare sums up the seeds of an experiment as mean and standard deviation", async () => {
  await withFolder(async (results) => {
    [[0, 0.9, 1], [1, 0.92, 2], [2, 0.94, 3]].forEach(([seed, accuracy, loss]) => {
      writeRun(results, { name: seed === 0 ? "flat" : `flat@seed=${seed}`, seed, accuracy, loss });
    });
    writeRun(results, { name: "other", lr: 5, accuracy: 0.5, loss: 9 });
    const runs = ["flat", "flat@seed=1", "flat@seed=2", "other"];
    const { stdout } = await retrace("compare", ...runs, "--results", results);
    const sums = stdout.trimEnd().split("\n").filter((line) => line.includes("±"));
    assertEquals(sums.length, 1, stdout);
    assertStringIncludes(sums[0], "3 seeds of flat: accuracy 92.00 % ± 2.00 %, test loss 2 ± 1");
  });
});

Deno.test("compare --json prints one object", async () => {
  await withFolder(async (results) => {
    writeRun(results, { name: "flat", accuracy: 0.9, loss: 1 });
    writeRun(results, { name: "flat@seed=1", seed: 1, accuracy: 0.92, loss: 2 });
    const outcome = await retrace("compare", "flat", "flat@seed=1", "--results", results, "--json");
    mustBeDone(outcome);
    assertEquals(outcome.stdout.trimEnd().split("\n").length, 1);
    const { params, rows, groups } = JSON.parse(outcome.stdout);
    assertEquals(params, ["seed"]);
    assertEquals(rows[1].run, "flat@seed=1");
    assertEquals(rows[1].params, { seed: 1 });
    assertEquals(rows[0].metrics.accuracy, 0.9);
    assertEquals(groups[0].runs, ["flat", "flat@seed=1"]);
    assert(Math.abs(groups[0].mean.accuracy - 0.91) < 1e-12);
    assert(Math.abs(groups[0].std.loss - Math.SQRT1_2) < 1e-12);
  });
});

Deno.test("compare takes an experiment file, a run's name, and a folder", async () => {
  await withFolder(async (results) => {
    writeRun(results, { name: "two-layer", accuracy: 0.96, loss: 1 });
    writeRun(results, { name: "flat", accuracy: 0.9, loss: 1 });
    const names = ["experiments/two-layer.json", "flat", join(results, "flat"), join(results, "two-layer", "/")];
    const { stdout } = await retrace("compare", ...names, "--results", results, "--json");
    const rows: { run: string }[] = JSON.parse(stdout).rows;
    assertEquals(rows.map(({ run }) => run), ["two-layer", "flat", "flat", "two-layer"]);
  });
});

Deno.test("compare says how to make a run that is not there", async () => {
  await withFolder(async (results) => {
    writeRun(results, { name: "flat", accuracy: 0.9, loss: 1 });
    const cases = [["flat@seed=3", "experiments/flat.json"], [
      "experiments/two-layer.json",
      "experiments/two-layer.json",
    ], [
      join(results, "gone"),
      "experiments/gone.json",
    ]];
    for (const [name, config] of cases) {
      const { code, stdout, stderr } = await retrace("compare", "flat", name, "--results", results);
      assertEquals({ code, stdout }, { code: 1, stdout: "" });
      assertMatch(stderr, /^error: There are no results of /);
      assertStringIncludes(stderr, results);
      assert(stderr.trimEnd().endsWith(`Run it first: deno task run ${config}.`), stderr);
    }
  });
});

Deno.test("compare says which file is damaged", async () => {
  await withFolder(async (results) => {
    writeRun(results, { name: "flat", accuracy: 0.9, loss: 1 });
    for (const file of ["metrics.json", "experiment.json"]) {
      writeRun(results, { name: "torn", accuracy: 0.9, loss: 1 });
      for (const text of ['{"accuracy": 0.', "", "[]", "3"]) {
        Deno.writeTextFileSync(join(results, "torn", file), text);
        const { code, stdout, stderr } = await retrace("compare", "flat", "torn", "--results", results);
        assertEquals({ code, stdout }, { code: 1, stdout: "" });
        assertStringIncludes(stderr, `${join(results, "torn", file)} is damaged`);
        assertStringIncludes(stderr, "Run the experiment again");
        assert(!stderr.includes("\n    at "), stderr);
      }
    }
  });
});
