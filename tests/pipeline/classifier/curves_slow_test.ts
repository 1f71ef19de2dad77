/** The stable trainings, from the first epoch to the last, within the differences of PyTorch's own roundings. */
import { assert, assertEquals, assertGreater, assertLessOrEqual, assertStrictEquals } from "@std/assert";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { deviationsOf, EXPERIMENTS, FACTOR, GOLDEN_RUNS, STABLE, trainAndValidate, variantSpread } from "./curves.ts";
import { golden } from "./mnist.ts";
import { tensorsOf } from "./training.ts";

for (const run of GOLDEN_RUNS.filter(({ kind }) => STABLE.includes(kind))) {
  const { kind, seed, epochs } = run;
  Deno.test(`train() and validate() follow torch through all ${epochs} epochs of ${kind} with seed ${seed}`, async () => {
    const { steps, evaluations, curve } = await trainAndValidate(EXPERIMENTS[kind], seed, epochs);
    const digests = Object.values(tensorsOf(steps[0].checkpoint)).map(({ buffer, byteOffset, byteLength }) =>
      digestOfBytes(new Uint8Array(buffer, byteOffset, byteLength))
    );
    assertEquals(digests, run.init_sha256);
    assertStrictEquals(evaluations[0].correct, run.test_correct_untrained);

    const [ours, spread] = [deviationsOf(curve, run), variantSpread(kind)];
    for (let i = 0; i < epochs; i++) {
      assertLessOrEqual(ours.loss[i], FACTOR * spread.loss[i], `loss of epoch ${i + 1}: ${curve.train_loss[i]}`);
      assertLessOrEqual(ours.correct[i], FACTOR * spread.correct[i], `correct after epoch ${i + 1}`);
    }

    const finals = GOLDEN_RUNS.filter((other) => other.kind === kind).map((other) => other.test_correct[epochs - 1]);
    // For nine more seeds, in the article's way: the accuracies of the last epoch.
    const { acc_min, acc_max } = STATISTICS[kind] ?? { acc_min: [], acc_max: [] };
    const least = Math.min(...finals, ...acc_min.slice(-1).map((accuracy) => accuracy * 10000));
    const most = Math.max(...finals, ...acc_max.slice(-1).map((accuracy) => accuracy * 10000));
    assert(curve.test_correct[epochs - 1] >= least && curve.test_correct[epochs - 1] <= most, `${least} to ${most}`);
  });
}

interface Statistics {
  acc_min: number[];
  acc_max: number[];
}
const { statistics_9_seeds } = golden<{ statistics_9_seeds: Record<string, Statistics> }>("curves.json");
const STATISTICS: Record<string, Statistics> = { two_layer: statistics_9_seeds.exp5_two_layer };

Deno.test("variantSpread() is tiny for two epochs of two_layer, and for all epochs of the linear model", () => {
  const [twoLayer, linear] = STABLE.map(variantSpread);
  assertLessOrEqual(FACTOR * twoLayer.loss[1], 1e-6);
  assertEquals(twoLayer.correct.slice(0, 2), [0, 0]);
  assertLessOrEqual(FACTOR * linear.loss[19], 1e-6);
  assertEquals(Math.max(...linear.correct), 0);
  // The variants do differ.
  assertGreater(twoLayer.loss[39], 1e-3);
});

Deno.test("the tolerance distinguishes a change of the learning rate by 0.1 %, and of the seed, from rounding", async () => {
  const changes = [{ optimizer: { name: "sgd", lr: 0.001001 } }, { loss: { reduction: "sum", clamp: 1e-3 } }];
  const kind = "linear_sgd_lr0.001";
  const spread = variantSpread(kind);
  const run = GOLDEN_RUNS.find((one) => one.kind === kind && one.seed === 0)!;
  for (const change of changes) {
    const { curve } = await trainAndValidate({ ...EXPERIMENTS[kind], ...change }, 0, 1);
    assertGreater(deviationsOf(curve, run).loss[0], FACTOR * spread.loss[0], JSON.stringify(change));
  }
  const { curve } = await trainAndValidate(EXPERIMENTS[kind], 3, 1);
  assertGreater(deviationsOf(curve, run).loss[0], FACTOR * spread.loss[0], "another seed");
});
