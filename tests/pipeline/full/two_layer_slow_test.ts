/**
 * The whole two-layer experiment under everything that must not change a bit. Each test, and two_layer_test.ts, compares
 * with experiments/expected.json, so that all of them are equal to each other.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { train } from "../../../pipeline/classifier/stages/train.ts";
import { commandOf, mustBeDone, outcomeOf, PROJECT } from "../cli/retrace.ts";
import { type Outputs, runFold } from "../classifier/in_memory.ts";
import { digestsIn } from "../results/written_run.ts";
import {
  digestsOfEpoch,
  EXPECTED_EPOCHS,
  EXPECTED_FILE,
  EXPECTED_FILES,
  realInputs,
  TRAIN_PARAMS,
} from "./expected_epochs.ts";

const CONFIG = join(PROJECT, "experiments/two-layer.json");
/** After each of so many epochs, another training goes on. */
const RESUMED = 8;

Deno.test("two-layer has the expected digests when it goes on from each of its first epochs", async () => {
  const inputs = await realInputs();
  const { steps: [untrained] } = await runFold(train, { ...TRAIN_PARAMS, epochs: 0 }, inputs);
  assertEquals(digestsOfEpoch(untrained), EXPECTED_EPOCHS[0]);
  let last: Outputs = untrained;
  for (let epoch = 1; epoch <= RESUMED; epoch++) {
    const resume = { step: epoch - 1, outputs: last };
    const { steps } = await runFold(train, { ...TRAIN_PARAMS, epochs: epoch }, inputs, resume);
    assertEquals(steps.map(digestsOfEpoch), [EXPECTED_EPOCHS[epoch]], `epoch ${epoch}`);
    last = steps[0];
  }
});

Deno.test("two-layer is reproduced in another folder, language and time zone, a century from now", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-elsewhere-" });
  try {
    const [preload, program] = ["./other_clock.ts", "./reproduce_here.ts"].map((name) =>
      fileURLToPath(new URL(name, import.meta.url))
    );
    const outcome = await outcomeOf(
      [Deno.execPath(), "run", "-A", "--no-check", `--preload=${preload}`, program, CONFIG, EXPECTED_FILE, folder],
      { TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" },
      folder,
    );
    mustBeDone(outcome);
    // The time it took is negative: the clock of the test did run backwards.
    assertMatch(
      outcome.stdout,
      /^two-layer +same +40 epochs, \d+ digests +-\d+ ms\n {2}PyTorch's bits: 40 of 40 epochs\n$/,
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("two-layer leaves the expected files when another seed runs at the same time, and comes first", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-seeds-" });
  try {
    const folders = ["--results", join(folder, "results"), "--cache", join(folder, "cache")];
    mustBeDone(await outcomeOf(commandOf(["run", CONFIG, "--seeds", "1,0", "--jobs", "2", "--quiet", ...folders])));
    const found = digestsIn(join(folder, "results", "two-layer"));
    for (const [name, digest] of Object.entries(EXPECTED_FILES)) assertEquals(found[name], digest, name);
    assertEquals(Object.keys(EXPECTED_FILES).length, 6);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
