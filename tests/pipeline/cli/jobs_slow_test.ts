/** `run --jobs`: several runs at a time, in workers, end as the same runs one after the other. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { digestsIn } from "../results/written_run.ts";
import { mustBeDone, type Outcome, retrace } from "./retrace.ts";

const SEEDS = [0, 1, 2];

async function run(small: SmallDataset, name: string, ...args: string[]): Promise<Outcome> {
  const folders = ["--results", small.path(`${name}-results`), "--cache", small.path(`${name}-cache`)];
  return await retrace("run", small.config, ...folders, ...args);
}

/** What --json prints of each run. */
function toldIn(stdout: string): string[] {
  const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
  return lines.map(({ run, status = "done" }) => `${run} ${status}`).sort();
}

function runNameOf(seed: number): string {
  return seed === 0 ? "small" : `small@seed=${seed}`;
}

Deno.test("run --jobs writes what sequential runs do, prints each run in one piece, and computes once what several need", async () => {
  using small = makeSmallDataset();
  const outcomes = await Promise.all([
    run(small, "turn", "--seeds", "0..2"),
    run(small, "jobs", "--seeds", "0..2", "--jobs", "3"),
  ]);
  outcomes.forEach(mustBeDone);
  for (const seed of SEEDS) {
    const [turn, jobs] = ["turn", "jobs"].map((name) =>
      digestsIn(join(small.path(`${name}-results`), runNameOf(seed)))
    );
    assertEquals(jobs, turn, `seed ${seed}`);
  }

  const [inTurn, inJobs] = outcomes.map(({ stdout }) => stdout.split("\n"));
  // The summary table has the order of the seeds, whichever run ended first.
  assertEquals(inJobs.slice(-6), inTurn.slice(-6));
  const titles = inJobs.flatMap((line, i) => /^small(@seed=\d)? +linear/.test(line) ? [i] : []);
  assertEquals(titles.length, SEEDS.length);
  titles.forEach((at) => {
    const piece = inJobs.slice(at + 1, at + 13).map((line) => line.trim().split(" ")[0])
      .filter((word, i, words) => word !== words[i - 1]);
    assertEquals(piece.slice(0, 6), ["download", "tensorize", "normalize", "batch", "train", "validate"]);
  });

  const actions = SEEDS.flatMap((seed) =>
    JSON.parse(Deno.readTextFileSync(join(small.path("jobs-results"), runNameOf(seed), "run.json"))).stages
  ).map(({ stage, action }: { stage: string; action: string }) => `${stage} ${action}`);
  const count = (text: string) => actions.filter((action) => action === text).length;
  assertEquals(["download run", "tensorize run", "normalize run"].map(count), [1, 1, 1]);
  assertEquals(["batch run", "train run", "validate run"].map(count), [3, 3, 3]);
});

Deno.test("run --jobs continues when a run fails, and exits with 1", async () => {
  using small = makeSmallDataset();
  const { pipeline, ...experiment } = small.experiment;
  const train = { ...pipeline.train, loss: { clamp: 0 }, optimizer: { name: "sgd", lr: 1e30 } };
  const bad = small.write("bad.json", { ...experiment, name: "bad", pipeline: { ...pipeline, train } });
  const folders = ["--results", small.path("results"), "--cache", small.path("cache")];
  const { code, stdout, stderr } = await retrace("run", bad, small.config, ...folders, "--jobs", "2", "--json");
  assertEquals(code, 1);
  assertMatch(
    stderr,
    /^error: bad, stage train: The loss became [^\n]*\n {2}params of train: \{"model":.*"lr":1e\+30.*\}\n$/,
  );
  assertEquals(toldIn(stdout), ["bad failed", "small done"]);
});

for (const jobs of [1, 2]) {
  Deno.test(`run --fail-fast --jobs ${jobs} starts no run after one that fails, and keeps what is finished`, async () => {
    using small = makeSmallDataset();
    const { pipeline, ...experiment } = small.experiment;
    const train = { ...pipeline.train, loss: { clamp: 0 }, optimizer: { name: "sgd", lr: 1e30 } };
    const bad = small.write("bad.json", { ...experiment, name: "bad", pipeline: { ...pipeline, train } });
    const later = ["c", "d", "e", "f"].map((name) =>
      // Long enough that it has not ended when the other fails.
      small.write(`${name}.json`, {
        ...experiment,
        name,
        pipeline: { ...pipeline, train: { ...pipeline.train, epochs: 9_000 } },
      })
    );
    const folders = ["--results", small.path("results"), "--cache", small.path("cache")];
    const args = [...folders, "--jobs", String(jobs), "--fail-fast", "--quiet"];
    mustBeDone(await retrace("run", small.config, ...folders, "--quiet"));
    const { code, stdout, stderr } = await retrace("run", small.config, bad, ...later, ...args);
    assertEquals([code, stdout], [1, ""]);
    assertMatch(
      stderr,
      /^error: bad, stage train: The loss became .*\n {2}params of train: .*\nNot finished: bad, c, d, e, f\.\n$/,
    );
    const written = [...Deno.readDirSync(small.path("results"))].filter(({ isDirectory }) => isDirectory);
    assertEquals(written.map(({ name }) => name), ["small"]);
    // Without it, what is after the one that fails is run.
    const without = await retrace("run", bad, small.config, ...folders, "--jobs", String(jobs), "--json");
    assertEquals([without.code, toldIn(without.stdout)], [1, ["bad failed", "small done"]]);
  });
}

Deno.test("run --jobs accepts integers from 1", async () => {
  using small = makeSmallDataset();
  for (const jobs of ["0", "-1", "two", "1.5", "100000"]) {
    const { code, stdout, stderr } = await run(small, "wrong", `--jobs=${jobs}`);
    assertEquals([code, stdout], [2, ""], jobs);
    assertStringIncludes(stderr, "--jobs takes a number from 1 to");
  }
  assert(![...Deno.readDirSync(small.folder)].some(({ name }) => name.startsWith("wrong")), "nothing was begun");
  const single = await run(small, "one", "--jobs", "7", "--quiet");
  mustBeDone(single);
});
