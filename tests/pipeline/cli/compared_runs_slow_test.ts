/** Real runs that are hard to compare: losses that become infinite, other test sets, seeds that give the same run. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { mustBeDone, type Outcome, retrace } from "./retrace.ts";

/** A linear model trained in whole batches; without a clamp, a probability of 0 is an infinite loss. */
function linearOn(small: SmallDataset, name: string, lr: number, clamp: number): string {
  const { pipeline, ...experiment } = small.experiment;
  const train = {
    ...pipeline.train,
    model: ["linear(784,10)", "softmax"],
    loss: { name: "cross-entropy", reduction: "mean", clamp },
    optimizer: { name: "sgd", lr },
    epochs: 2,
  };
  const batch = { size: 256, shuffle: true };
  return small.write(`${name}.json`, { ...experiment, name, pipeline: { ...pipeline, batch, train } });
}

function runIn(small: SmallDataset, ...args: string[]): Promise<Outcome> {
  return retrace("run", ...args, "--results", small.path("results"), "--cache", small.path("cache"));
}

/** The lines of a table that start with a name, in their order. */
function rowsOf({ stdout }: Outcome, ...names: string[]): string[] {
  return stdout.split("\n").filter((line) => names.some((name) => line.startsWith(`${name} `)));
}

Deno.test("a loss that becomes infinite is shown everywhere, is worst, and fails every assertion on it", async () => {
  using small = makeSmallDataset();
  const results = small.path("results");
  const [wild, calm] = [linearOn(small, "wild", 0.8, 0), linearOn(small, "calm", 0.5, 0)];
  for (const time of ["first", "from the receipts"]) {
    const ran = await runIn(small, wild, calm, "--seeds", "0..2");
    mustBeDone(ran);
    assertMatch(ran.stdout, /^ {2}test loss +∞$/m, time);
    assertMatch(ran.stdout, /^wild .* ∞ \(1 of 3\) /m, time);
  }
  const { loss } = JSON.parse(Deno.readTextFileSync(join(results, "wild@seed=1", "metrics.json")));
  assertEquals(loss, "Infinity");
  assertMatch(Deno.readTextFileSync(join(results, "wild@seed=1", "history.csv")), /^2,.*,Infinity,Infinity,/m);
  assertStringIncludes(Deno.readTextFileSync(join(results, "wild@seed=1", "report.html")), "∞ (since epoch 2)");

  const compare = (...args: string[]) => retrace("compare", "wild*", "calm*", "--results", results, ...args);
  const sorted = rowsOf(await compare("--sort", "loss", "--metric", "loss"), "wild", "calm");
  assertMatch(sorted[0], /^calm +0\.5 .*\*$/);
  assertMatch(sorted[1], /^wild +0\.8 +3 +∞ \(1 of 3\)$/);
  for (const condition of ["wild.loss < 100", "wild.loss > 1", "calm.loss < wild.loss", "wild@seed=1.loss != 3"]) {
    const { code, stderr } = await compare("--assert", condition);
    assertEquals(code, 1, condition);
    assertStringIncludes(stderr, `${condition} (loss of wild@seed=1 (seed 1) is ∞)`);
  }
  const { code } = await compare("--assert", "wild@seed=2.loss < 100");
  assertEquals(code, 0);
  const page = small.path("page.html");
  mustBeDone(await retrace("report", "wild*", "calm*", "--results", results, "--out", page));
  assertStringIncludes(Deno.readTextFileSync(page), "wild (3 seeds) <b>∞ (since epoch 2)</b>");
  mustBeDone(await compare("--charts", small.path("charts")));
});

Deno.test("accuracies on different test sets are not compared", async () => {
  using large = makeSmallDataset();
  using small = makeSmallDataset({ test: 32 });
  const configs = [linearOn(large, "large", 0.01, 1e-10), linearOn(small, "small", 0.01, 1e-10)];
  for (const config of configs) {
    mustBeDone(await runIn(large, config, "--seeds", "0..2", "--data", small.folder, "--quiet"));
  }
  const results = large.path("results");
  const compared = await retrace(
    "compare",
    "large*",
    "small*",
    "--results",
    results,
    "--assert",
    "small.accuracy != large.accuracy",
  );
  assertEquals(compared.code, 1);
  assertMatch(compared.stdout, /accuracy, .*not compared across different test_images, test_labels, total$/m);
  // The training data are the same, so a star is for the training loss.
  for (const row of rowsOf(compared, "large", "small").filter((row) => row.includes("±"))) {
    assertMatch(row, /^\w+ +3 +\d+ ± \d+ % +[\d.]+ ± [\d.]+ +[\d.]+ ± [\d.]+\*/);
  }
  assert(!compared.stdout.includes("accuracy against"), compared.stdout);
  assertStringIncludes(compared.stderr, "(not compared across different test_images, test_labels, total)");
});

Deno.test("seeds that give the same run are one observation, with a warning", async () => {
  using small = makeSmallDataset();
  const config = linearOn(small, "one", 0.01, 1e-10);
  const ran = await runIn(small, config, "--seeds", `5,6,${2 ** 40 + 5}`);
  assertEquals(ran.code, 0);
  assertMatch(ran.stdout, /^one +2 /m);
  const warning = `one@seed=${2 ** 40 + 5}: the same run as one@seed=5, so it counts once.`;
  assertStringIncludes(ran.stderr, warning);
  const results = small.path("results");
  const compared = await retrace("compare", "one@seed=[5-6]", `one@seed=${2 ** 40 + 5}`, "--results", results);
  assertStringIncludes(compared.stderr, warning);
  assertMatch(compared.stdout, /^one +2 /m);
});
