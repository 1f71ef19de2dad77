/** Two experiment files of one name: neither replaces the other's results without a word. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { basename, join } from "node:path";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { filesUnder, mustBeDone, type Outcome, retrace } from "./retrace.ts";

/** A run command in folders of the dataset's own. */
function runner(small: SmallDataset, results = small.path("results")) {
  return (...args: string[]) =>
    retrace("run", "--quiet", "--results", results, "--cache", small.path("cache"), ...args);
}

/** An experiment with the name of `small.json` that differs from it. */
function otherExperiment(small: SmallDataset, file = "other.json", lr = 0.2): string {
  const { experiment } = small;
  Object.assign(experiment.pipeline.train.optimizer as object, { lr });
  return small.write(file, experiment);
}

function mustBeRefused({ code, stdout, stderr }: Outcome, ...parts: string[]): void {
  assertEquals([code, stdout], [2, ""], stderr);
  assert(stderr.startsWith("error: ") && !stderr.includes("\n    at "), stderr);
  for (const part of [...parts, '"name"', "--results DIR"]) assertStringIncludes(stderr, part);
}

Deno.test("run refuses, before any work, to replace the results of another experiment file of the same name", async () => {
  using small = makeSmallDataset();
  const run = runner(small);
  mustBeDone(await run(small.config, "--seeds", "0,1"));
  const other = otherExperiment(small);
  const files = [filesUnder(small.path("results")), filesUnder(small.path("cache"))];
  const extending = small.write("extending.json", { extends: "small.json", name: "small", seed: 7 });
  const renamed = otherExperiment(small, "third.json", 0.3);
  for (
    const args of [
      [other],
      [other, "--dry-run"],
      [other, "--json"],
      [other, "--seeds", "1..2", "--jobs", "2"],
      [other, "--force", "train"],
      [extending],
      [renamed, "--set", "name=small"],
    ]
  ) {
    mustBeRefused(await run(...args), basename(args[0]), small.config, small.path("results/small"));
  }
  assertEquals([filesUnder(small.path("results")), filesUnder(small.path("cache"))], files);
  // What is advised helps.
  mustBeDone(await runner(small, small.path("elsewhere"))(other));
  mustBeDone(await run(other, "--set", "name=another"));
  mustBeDone(await run(other, "--set", "train.epochs=1"));
  mustBeRefused(await run(small.config, "--set", "train.epochs=1"), "other.json", "small@train.epochs=1");
  Deno.removeSync(small.path("results/small"), { recursive: true });
  mustBeDone(await run(other));
  mustBeRefused(await run(small.config), "small.json", other);
});

Deno.test("run replaces the results of the same experiment file: edited, moved, linked, or with the same content", async () => {
  using small = makeSmallDataset();
  const run = runner(small);
  const fileOf = () => JSON.parse(Deno.readTextFileSync(small.path("results/small/run.json"))).file;
  mustBeDone(await run(small.config));
  assertEquals(fileOf(), "../../small.json");
  // Edited.
  otherExperiment(small, "small.json", 0.3);
  mustBeDone(await run(small.config));
  // Edited, and under another path or another name of the same file.
  otherExperiment(small, "small.json", 0.31);
  mustBeDone(await run(`${small.folder}/data/../small.json`));
  Deno.symlinkSync(small.config, small.path("link.json"));
  otherExperiment(small, "small.json", 0.32);
  mustBeDone(await run(small.path("link.json")));
  // Two files with the same content.
  Deno.copyFileSync(small.config, small.path("copy.json"));
  mustBeDone(await run(small.path("copy.json")));
  // The results stay those of the first, so that an edit of the copy does not replace them.
  assertEquals(fileOf(), "../../link.json");
  mustBeRefused(await run(otherExperiment(small, "copy.json", 0.33)), "copy.json", "link.json");
  mustBeDone(await run(small.config));
  // Moved, and edited.
  for (const name of ["copy.json", "link.json", "small.json"]) Deno.removeSync(small.path(name));
  mustBeDone(await run(otherExperiment(small, "moved.json", 0.4)));
  assertEquals(fileOf(), "../../moved.json");
  // Moved without an edit, and another file in the old place: it is not the one that was run.
  Deno.renameSync(small.path("moved.json"), small.path("again.json"));
  mustBeDone(await run(small.path("again.json")));
  mustBeRefused(await run(otherExperiment(small, "moved.json", 0.5)), "moved.json", "again.json");
});

Deno.test("run does not replace what another experiment file of the name has written while it ran", async () => {
  using small = makeSmallDataset();
  const run = runner(small);
  const other = otherExperiment(small);
  const outcomes = await Promise.all([run(small.config), run(other)]);
  const [done, failed] = outcomes.sort((a, b) => a.code - b.code);
  mustBeDone(done);
  assert(failed.code > 0, "one of the two has replaced the other's results");
  assertStringIncludes(failed.stderr, '"name"');
  const { file } = JSON.parse(Deno.readTextFileSync(small.path("results/small/run.json")));
  const { pipeline } = JSON.parse(Deno.readTextFileSync(small.path("results/small/experiment.json")));
  assertEquals(pipeline.train.optimizer.lr, basename(file) === "small.json" ? 0.1 : 0.2);
  assertEquals(join(small.path("results/small"), file), basename(file) === "small.json" ? small.config : other);
});
