/** An experiment that begins with the weights of another one's run, in real processes. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { makeSmallDataset } from "../../small_dataset.ts";
import { mustBeDone, retrace } from "./retrace.ts";

Deno.test("a run begins with another one's weights, and runs again when that one was trained again", async () => {
  using small = makeSmallDataset();
  const [results, cache] = [small.path("results"), small.path("cache")];
  const places = ["--results", results, "--cache", cache];
  const fine = small.write("fine.json", {
    extends: "small.json",
    pipeline: { train: { init: { from: "small" }, optimizer: { name: "sgd", lr: 0.01 }, epochs: 1 } },
  });
  const rowsOf = (run: string) => Deno.readTextFileSync(`${results}/${run}/history.csv`).trimEnd().split("\n");
  /** The test's figures: columns 2 to 6. */
  const testFigures = (row: string) => row.split(",").slice(2, 7);
  const isContinued = () => assertEquals(testFigures(rowsOf("fine")[1]), testFigures(rowsOf("small").at(-1)!));
  const run = async (...args: string[]) => {
    const outcome = await retrace("run", ...args, ...places);
    mustBeDone(outcome);
    return outcome.stdout;
  };

  const early = await retrace("run", fine, ...places);
  assertEquals(early.code, 2);
  assertStringIncludes(early.stderr, "fine.json begins with the run small. There are no results of small");
  await run(small.config, "--quiet");
  assertMatch((await run(fine)).split("\n")[0], / · from small \(sha256 [0-9a-f]{10}…\) · 1 epoch · /);
  isContinued();
  assertMatch(await run(fine), /train +hit/);
  const forced = await run(fine, "--force", "train");
  assertMatch(forced, /train +run .*forced/);
  assertMatch(forced, /validate +hit/);

  const wrong = await retrace(
    "run",
    fine,
    ...places,
    "--set",
    "train.model.0=linear(784,9)",
    "--set",
    "train.model.2=linear(9,10)",
  );
  assertEquals([wrong.code, wrong.stdout], [2, ""]);
  assertStringIncludes(
    wrong.stderr,
    "the tensor 0.weight has the shape [8, 784], but in this model it has the shape [9, 784]",
  );
  const reproducing = await retrace("reproduce", "--pytorch", fine, ...places);
  assertEquals(reproducing.code, 2);
  assertStringIncludes(
    reproducing.stderr,
    "begins with the weights of a run (train.init.from), which the reference script",
  );
  const expected = ["--expected", small.path("expected.json")];
  mustBeDone(await retrace("reproduce", "--update", fine, ...places, ...expected));

  small.write("small.json", { ...small.experiment, seed: 1 });
  await run(small.config, "--quiet");
  const explained = await retrace("explain", fine, "train", ...places, "--set", "seed=0");
  mustBeDone(explained);
  assertMatch(explained.stdout, /train +run [^]* init: [0-9a-f]{10} → [0-9a-f]{10} \(small\)/);
  assertMatch(await run(fine), /train +run /);
  isContinued();
});
