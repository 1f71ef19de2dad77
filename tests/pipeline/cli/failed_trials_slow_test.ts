/** Trials of a sweep that fail: they are left out, and the others go on. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { makeSmallDataset } from "../../small_dataset.ts";
import { filesOf, sweep, sweepFile } from "./swept.ts";

Deno.test("a trial that diverges is left out and reported; the others go on", async () => {
  using small = makeSmallDataset();
  const section = {
    method: "grid",
    metric: "validation.loss",
    parameters: { "train.optimizer.lr": { values: [0.001, 1e30, 0.01] } },
  };
  const { code, stdout, stderr } = await sweep(small, sweepFile(small, section), "a", "--json");
  assertEquals(code, 1);
  assertMatch(stderr, /error: .*lr=1e\+30.*train/);
  const report = JSON.parse(stdout);
  assertEquals(report.trials.map(({ status }: { status: string }) => status), ["finished", "failed", "finished"]);
  assertMatch(report.trials[1].reason, /Lower train\.optimizer\.lr/);
  assert(report.winner.trial !== 1 && report.winner.runs.length === 1);
});

/** A stage whose process ends without a word if it is told to, as one does that needs more memory than there is. */
const DYING = `import { dataset, defineStage, z } from "retrace";
export const dying = defineStage({
  name: "dying",
  about: "End.",
  params: () => z.strictObject({ dies: z.boolean() }),
  inputs: { dataset },
  outputs: { dataset },
  run({ params, inputs }) {
    if (params.dies) Deno.exit(7);
    return inputs;
  },
});
`;

for (const jobs of ["1", "2"]) {
  Deno.test(`a trial that ends its process is left out; another process goes on with the others (--jobs ${jobs})`, async () => {
    using small = makeSmallDataset();
    small.write("dying.ts", DYING);
    const path = sweepFile(small, {
      method: "list",
      list: [false, true, true, false].map((dies, i) => ({ "dying.dies": dies, "train.optimizer.lr": (i + 1) / 100 })),
    });
    const experiment = JSON.parse(Deno.readTextFileSync(path));
    experiment.pipeline.dying = { dies: false };
    const chain = ["download", "tensorize", "dying", "split", "normalize", "batch", "train", "validate"];
    const file = small.write("swept.json", { ...experiment, uses: ["./dying.ts"], chain });
    const { code, stdout, stderr } = await sweep(small, file, "a", "--jobs", jobs, "--set", "train.epochs=2");
    assertEquals(code, 1, stderr);
    assertMatch(stderr, /error: trial 1: its worker ended unexpectedly \(exit code 7\)\./);
    assertEquals(stdout.match(/list, 4 trials/g)?.length, 1, stdout);
    const { report, winner } = filesOf(small, "a");
    assertEquals(report.trials.map(({ status }: { status: string }) => status), [
      "finished",
      "failed",
      "failed",
      "finished",
    ]);
    assertEquals(report.trials[2].reason, "its worker ended unexpectedly (exit code 7)");
    assertEquals(winner.length, 1);
  });
}
