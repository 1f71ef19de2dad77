import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { StoredRun } from "../../../pipeline/compare/compare_runs.ts";
import { fakeRun, seedsOf, writeRuns } from "../compare/fake_runs.ts";
import { withFolder } from "../sources/scratch.ts";
import { mustBeDone, type Outcome, retrace } from "./retrace.ts";

const DEEP = ["linear(784,30)", "relu", "linear(30,10)", "softmax"];
const flat = seedsOf("flat", [0.9, 0.92, 0.94], { loss: 0.5 });
const deep = seedsOf("deep", [0.96, 0.97, 0.98], { lr: 0.01, model: DEEP, loss: 0.125 });

/** compare on a results folder. */
function compare(results: string, ...args: string[]): Promise<Outcome> {
  return retrace("compare", ...args, "--results", results);
}

/** Runs a test on the results of two experiments over three seeds. */
function withResults(test: (results: string) => Promise<void>): Promise<void> {
  return withFolder(async (results) => {
    writeRuns(results, [...flat, ...deep]);
    await test(results);
  });
}

Deno.test("compare shows the params that differ, and no others, next to the figures", async () => {
  await withResults(async (results) => {
    const outcome = await compare(results, "flat", "deep", "--metric", "accuracy", "--metric", "loss");
    mustBeDone(outcome);
    const [head, flat, deep, note, ...rest] = outcome.stdout.trimEnd().split("\n");
    assertMatch(head, /^experiment +model +lr +n +accuracy +test loss$/);
    assertMatch(flat, /^flat +linear\(784,10\) → softmax +0\.1 +1 +90\.00 % +0\.5$/);
    assertMatch(deep, /^deep +linear\(784,30\) → relu → .* 0\.01 +1 +96\.00 %\* +0\.125\*$/);
    assertEquals(note, "* best");
    assertEquals(rest.length, 2);
    assertMatch(rest[0], /^Too few seeds to test accuracy against flat: .*--seeds/);
  });
});

Deno.test("compare summarizes the seeds of an experiment, and tests one experiment against another", async () => {
  await withResults(async (results) => {
    const { stdout } = await compare(results, "flat*", "deep*", "--each");
    // Half widths: 4.303 × 0.02 / √3 and 4.303 × 0.01 / √3.
    assertMatch(stdout, /^flat .* 3 +92\.0 ± 5\.0 % /m);
    assertMatch(stdout, /^deep .* 3 +97\.0 ± 2\.5 %\*/m);
    assertMatch(stdout, /^ {2}seed 2 +94\.00 % /m);
    assertStringIncludes(stdout, "± half of the 95 % confidence interval of the mean over n seeds");
    assertMatch(stdout, /^accuracy against flat in points, paired t test over equal seeds$/m);
    assertMatch(stdout, /^deep +\+5\.0 +\+2\.5 to \+7\.5 +0\.013 +0\.013 +3 +better$/m);
    assert(!(await compare(results, "flat*", "deep*")).stdout.includes("seed 2"));
  });
});

Deno.test("compare fits six experiments over five seeds into 100 columns", async () => {
  await withFolder(async (results) => {
    // As wide as the shipped experiments are.
    const losses = [[777.1, 640.5, 801.2, 903.9, 666.6], [0.141, 0.152, 0.1495, 0.147, 0.148]];
    const clamped = [0.0203, 0.0197, 0.0209, 0.0201, 0.0204];
    const widened = (run: StoredRun, seed: number, loss: number[]): StoredRun => ({
      ...run,
      metrics: {
        ...run.metrics,
        loss_per_image: loss[seed],
        train_loss: 79.17 + seed / 3,
        train_clamped: clamped[seed],
        classes_predicted: seed === 0 ? 9 : 10,
      },
    });
    const names = ["autograd-linear", "linear-basic-optim", "linear-mean", "linear-sgd", "manual-linear", "two-layer"];
    const runs = names.flatMap((name, i) =>
      seedsOf(name, i === 5 ? [0.9678, 0.9676, 0.9682, 0.9675, 0.9673] : [0.55, 0.5, 0.37, 0.53, 0.41], {
        lr: i + 0.001,
        model: i === 5 ? DEEP : undefined,
        reduction: i === 2 ? "mean" : "sum",
      }).map((run, seed) => widened(run, seed, losses[i === 5 ? 1 : 0]))
    );
    writeRuns(results, runs);
    const { stdout } = await compare(results, "*");
    const lines = stdout.trimEnd().split("\n");
    assertEquals(lines.filter((line) => [...line].length > 100), []);
    for (const name of names) assert(lines.filter((line) => line.startsWith(`${name} `)).length >= 2, name);
    assertStringIncludes(stdout, "train loss: not compared across different train.loss.reduction");
  });
});

Deno.test("compare --json prints one object", async () => {
  await withResults(async (results) => {
    for (const option of ["--json", "--format=json"]) {
      const outcome = await compare(results, "*", option, "--assert", "deep.accuracy>flat.accuracy");
      mustBeDone(outcome);
      assertEquals(outcome.stdout.trimEnd().split("\n").length, 1);
      const { params, rows, groups, best, tests, assertions } = JSON.parse(outcome.stdout);
      assertEquals(params, ["seed", "train.model", "train.optimizer.lr"]);
      assertEquals(rows[1].run, "deep@seed=1");
      assertEquals(rows[1].params, { seed: 1, "train.model": DEEP, "train.optimizer.lr": 0.01 });
      assertEquals(groups[0].runs, ["deep", "deep@seed=1", "deep@seed=2"]);
      assert(Math.abs(groups[0].metrics.accuracy.mean - 0.97) < 1e-12);
      assert(Math.abs(groups[0].metrics.accuracy.std - 0.01) < 1e-12);
      assertEquals([best.accuracy, tests[0].group, tests[0].verdict], [["deep"], "flat", "worse"]);
      assertEquals(assertions[0].holds, true);
    }
  });
});

Deno.test("compare --format csv prints one row per run with all digits, md a table with the best in bold", async () => {
  await withResults(async (results) => {
    const csv = await compare(results, "flat*", "deep", "--format", "csv", "--metric", "accuracy");
    mustBeDone(csv);
    assertEquals(csv.stdout.trimEnd().split("\n"), [
      "run,experiment,seed,train.model,train.optimizer.lr,accuracy",
      'flat,flat,0,"[""linear(784,10)"",""softmax""]",0.1,0.9',
      'flat@seed=1,flat,1,"[""linear(784,10)"",""softmax""]",0.1,0.92',
      'flat@seed=2,flat,2,"[""linear(784,10)"",""softmax""]",0.1,0.94',
      'deep,deep,0,"[""linear(784,30)"",""relu"",""linear(30,10)"",""softmax""]",0.01,0.96',
    ]);
    const md = await compare(results, "*", "--format", "md", "--metric", "accuracy");
    mustBeDone(md);
    const [head, rule, first, second] = md.stdout.split("\n");
    assertEquals(head, "| experiment | model | lr | n | accuracy |");
    assertEquals(rule, "| --- | --- | --- | ---: | ---: |");
    assert(first.startsWith("| deep | ") && first.endsWith(" | 3 | **97.0 ± 2.5 %** |"), first);
    assert(second.endsWith(" | 3 | 92.0 ± 5.0 % |"), second);
    assertStringIncludes(md.stdout, "accuracy against deep:");
  });
});

Deno.test("compare --assert exits with 0 when all hold, and with 1 and the values when one does not", async () => {
  await withResults(async (results) => {
    const holds = ["--assert", "deep.accuracy > flat.accuracy", "--assert", "deep@seed=2.accuracy >= 98%"];
    const done = await compare(results, "*", ...holds);
    mustBeDone(done);
    assertStringIncludes(done.stdout, "holds: deep.accuracy > flat.accuracy (0.97 and 0.92)");
    const failed = await compare(results, "*", ...holds, "--assert", "deep.accuracy == 1", "--format", "csv");
    assertEquals(failed.code, 1);
    assertEquals(failed.stderr, "assertion failed: deep.accuracy == 1 (0.97 and 1)\n");
    assert(!failed.stdout.includes("holds"), failed.stdout);
  });
});

Deno.test("compare --assert exits with 1 and names the file if results were edited, whatever they say", async () => {
  await withResults(async (results) => {
    const edits: Record<string, () => void> = {
      "deep/metrics.json was edited since": () =>
        Deno.writeTextFileSync(join(results, "deep/metrics.json"), JSON.stringify({ ...deep[0].metrics, accuracy: 1 })),
      "flat@seed=1/experiment.json was edited since": () =>
        Deno.writeTextFileSync(join(results, "flat@seed=1/experiment.json"), " \n", { append: true }),
      "flat/metrics.json may have been edited since": () =>
        Deno.writeTextFileSync(join(results, "flat/run.json"), "{}"),
      "deep@seed=2 has no run.json": () => Deno.removeSync(join(results, "deep@seed=2/run.json")),
    };
    for (const [says, edit] of Object.entries(edits)) {
      edit();
      const assertion = ["--assert", "deep.accuracy > flat.accuracy"];
      const text = await compare(results, "*", ...assertion);
      assertEquals(text.code, 1);
      assertMatch(text.stderr, new RegExp(`assertion failed: deep\\.accuracy > flat\\.accuracy .*${says}`));
      assert(!text.stdout.includes("holds"), text.stdout);
      const { edited, assertions } = JSON.parse((await compare(results, "*", ...assertion, "--json")).stdout);
      assertEquals([edited.length > 0, assertions[0].holds], [says.includes("since"), false]);
      writeRuns(results, [...flat, ...deep]);
    }
    mustBeDone(await compare(results, "*", "--assert", "deep.accuracy > flat.accuracy"));
    edits["deep/metrics.json was edited since"]();
    mustBeDone(await compare(results, "flat*", "--assert", "flat.accuracy > 0"));
    const { code, stderr } = await compare(results, "*");
    assertEquals([code, /warning: .*deep\/metrics\.json was edited since/.test(stderr)], [0, true], stderr);
  });
});

Deno.test("compare exits with 2 and prints no table for invalid conditions, figures and formats", async () => {
  await withResults(async (results) => {
    const cases = [
      [["--assert", "deep.accuracy > flat.accuracy", "--assert", "dep.accuracy > 0"], 'Did you mean "deep"?'],
      [["--assert", "deep.accuracy"], "--assert 'deep.accuracy'\n                         ^"],
      [["--filter", "lr"], "There is no operator"],
      [["--sort", "acuracy"], 'Did you mean "accuracy"?'],
      [["--metric", "los"], 'Did you mean "loss"?'],
      [["--baseline", "flt"], 'Did you mean "flat"?'],
      [["--format", "xml"], "table, csv, md, json"],
      [["--json", "--format", "csv"], "exclude each other"],
    ] as const;
    for (const [args, says] of cases) {
      const { code, stdout, stderr } = await compare(results, "*", ...args);
      assertEquals({ code, stdout }, { code: 2, stdout: "" }, args.join(" "));
      assertStringIncludes(stderr, says);
    }
  });
});

Deno.test("compare --filter, --sort and --baseline choose runs, order and what is tested against", async () => {
  await withResults(async (results) => {
    writeRuns(results, [...seedsOf("slow", [0.5, 0.52, 0.51], { lr: 1e-9 })]);
    const args = ["--filter", "lr>1e-6", "--sort=-accuracy", "--baseline", "deep", "--json"];
    const { groups, tests } = JSON.parse((await compare(results, "*", ...args)).stdout);
    assertEquals(groups.map(({ name }: { name: string }) => name), ["flat", "deep"]);
    assertEquals(tests.map(({ baseline, group }: Record<string, string>) => [baseline, group])[0], ["deep", "flat"]);
  });
});

Deno.test("compare accepts an experiment file, a run's name, and a folder, each run once", async () => {
  await withFolder(async (results) => {
    writeRuns(results, ["two-layer", "two-layer@seed=1", "flat"].map((name) => fakeRun({ name, accuracy: 0.9 })));
    const names = ["experiments/two-layer.json", "flat", join(results, "flat"), join(results, "two-layer", "/")];
    const { stdout } = await compare(results, ...names, "--json");
    const rows: { run: string }[] = JSON.parse(stdout).rows;
    assertEquals(rows.map(({ run }) => run), ["two-layer", "two-layer@seed=1", "flat"]);
  });
});

Deno.test("compare skips damaged folders of a glob with a warning, and exits with 0", async () => {
  await withResults(async (results) => {
    Deno.writeTextFileSync(join(results, "deep@seed=1", "metrics.json"), '{"accuracy": 0.');
    Deno.mkdirSync(join(results, "foreign"));
    const { code, stdout, stderr } = await compare(results, "*", "--json");
    assertEquals([code, JSON.parse(stdout).rows.length], [0, 5]);
    assertMatch(stderr, /^warning: .*deep@seed=1.*damaged.*left out\.\nwarning: .*foreign holds no run.*\n$/);
  });
});

Deno.test("compare --charts draws the curves of the runs that have a history, in any folder", async () => {
  await withResults(async (results) => {
    const charts = join(results, "..charts", "new");
    Deno.writeTextFileSync(join(results, "flat@seed=1", "history.csv"), "epoch,test_acc");
    const { code, stdout, stderr } = await compare(results, "*", "--charts", charts);
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertMatch(stdout, /history\.csv is missing, damaged or too large, so there is no curve for flat@seed=1\.\n/);
    assertEquals([...Deno.readDirSync(charts)].map(({ name }) => name).sort(), ["accuracy.png", "loss_per_image.png"]);
    for (const file of ["accuracy.png", "loss_per_image.png"]) {
      assertStringIncludes(stdout, join(charts, file));
      assertEquals(Deno.readFileSync(join(charts, file)).slice(1, 4), new TextEncoder().encode("PNG"));
    }
  });
});

Deno.test("compare says how to create a missing run", async () => {
  await withFolder(async (results) => {
    writeRuns(results, [fakeRun({ name: "flat", accuracy: 0.9 })]);
    const cases = [
      ["flat@seed=3", `The runs in ${results}: flat.`],
      ["linear-sgd@seed=3", "Run it first: deno task run experiments/linear-sgd.json --seeds 3."],
      ["experiments/two-layer.json", "Run it first: deno task run experiments/two-layer.json."],
      [join(results, "gone"), `The runs in ${results}: flat.`],
    ];
    for (const [name, advice] of cases) {
      const { code, stdout, stderr } = await retrace("compare", "flat", name, "--results", results);
      assertEquals({ code, stdout }, { code: 1, stdout: "" });
      assertMatch(stderr, /^error: There are no results of /);
      assertStringIncludes(stderr, results);
      assert(stderr.trimEnd().endsWith(advice), stderr);
    }
  });
});

Deno.test("compare says which file is damaged", async () => {
  await withFolder(async (results) => {
    writeRuns(results, [fakeRun({ name: "flat", accuracy: 0.9 })]);
    for (const file of ["metrics.json", "experiment.json"]) {
      writeRuns(results, [fakeRun({ name: "torn", accuracy: 0.9 })]);
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
