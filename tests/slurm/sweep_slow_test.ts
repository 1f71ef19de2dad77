/** A sweep as arrays of a real Slurm, one for each rung: the jobs that follow drive it to the same end as on one machine. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { commandOf, filesUnder, mustBeDone, outcomeOf } from "../pipeline/cli/retrace.ts";
import { digestsIn } from "../pipeline/results/written_run.ts";
import { testWith } from "../programs_here.ts";
import { SLURM, until } from "./cluster.ts";
import { makeScene, type Scene } from "./scene.ts";

/** An experiment with a sweep of three trials, over two seeds, in two rungs. */
function sweepFile({ small }: Scene, name: string): string {
  const { pipeline } = small.experiment;
  const model = { layers: ["linear(784,hidden)", "relu", "linear(hidden,10)", "softmax"], hidden: 8 };
  const sweep = {
    method: "halving",
    parameters: { "train.optimizer.lr": { min: 0.001, max: 0.5, scale: "log" } },
    ...{ trials: 3, seeds: "0..1", min_epochs: 1, eta: 3 },
  };
  return small.write(`${name}.json`, {
    ...{ ...small.experiment, name, sweep },
    pipeline: { ...pipeline, split: { validation: 64 }, train: { ...pipeline.train, model, epochs: 3 } },
  });
}

testWith(
  "a sweep on Slurm goes on from rung to rung by itself, and ends in the winner and the bytes of one machine",
  SLURM,
  async () => {
    await using scene = await makeScene();
    const { small, cluster, results, cache } = scene;
    const config = sweepFile(scene, "swept");
    const sweep = (words: string[], [results, cache]: string[], ...args: string[]) =>
      outcomeOf(commandOf(["sweep", ...words, config, "--results", results, "--cache", cache, ...args]), {
        ...cluster.env,
        NO_COLOR: "1",
      });
    const run = (folders: string[], ...args: string[]) => sweep([], folders, ...args);

    const submitted = await run([results, cache], "--slurm", "--time", "30");
    assertEquals([submitted.code, submitted.stderr], [0, ""]);
    assertMatch(submitted.stdout, /submitted {2}job 1 \(6 tasks\); job 2 follows and concludes/);
    const again = await run([results, cache], "--slurm", "--time", "30");
    assertEquals([again.code, again.stdout.includes("submitted")], [0, false]);

    const { code, stdout, stderr } = await sweep(["status"], [results, cache]);
    assertEquals([code, stderr], [0, ""]);
    // The rung that it says may be the next one already.
    assertMatch(stdout, /trial \d, seed \d +(new|pending|running)|Nothing is left to train/);

    const isIdle = async () =>
      Object.values(await cluster.states()).every((state) => !/PENDING|RUNNING|COMPLETING/.test(state));
    await until("the last job has ended", isIdle, 180_000);
    // Two rungs: six tasks and a job, two tasks and a job, which concludes.
    const states = await cluster.states();
    assertEquals([Object.keys(states).length, new Set(Object.values(states))], [10, new Set(["COMPLETED"])]);
    const waited = await run([results, cache], "--slurm", "--wait", "--time", "30");
    assertEquals([waited.code, waited.stderr], [0, ""]);
    assertStringIncludes(waited.stdout, "* best by validation accuracy: trial");

    const here = [small.path("here"), small.path("here-cache")];
    mustBeDone(await run(here, "--jobs", "2"));
    for (const name of ["trials.csv", "sweep.json"]) {
      const [found, expected] = [results, here[0]].map((folder) =>
        Deno.readTextFileSync(join(folder, "swept.sweep", name))
      );
      assertEquals(found, expected);
    }
    for (const runName of JSON.parse(Deno.readTextFileSync(join(results, "swept.sweep/sweep.json"))).winner.runs) {
      assertEquals(digestsIn(join(results, runName)), digestsIn(join(here[0], runName)));
    }
    // Every epoch has one record, and only what a rung needs was trained.
    const steps = (folder: string) => Object.keys(filesUnder(join(folder, "records/train/steps"))).sort();
    assertEquals(steps(cache), steps(here[1]));
  },
);

testWith(
  "a task of a sweep that fails: the sweep ends without its trial and with 1, and the same command tries it again",
  SLURM,
  async () => {
    await using scene = await makeScene();
    const { cluster, results, cache } = scene;
    const config = sweepFile(scene, "again");
    const words = ["sweep", config, "--results", results, "--cache", cache, "--slurm"];
    const run = (...args: string[]) => outcomeOf(commandOf([...words, ...args]), { ...cluster.env, NO_COLOR: "1" });
    for (const node of ["n1", "n2"]) {
      await cluster.slurm("scontrol", "update", `nodename=${node}`, "state=drain", "reason=test");
    }
    assertEquals((await run()).code, 0);
    await cluster.slurm("scancel", "1_0");
    for (const node of ["n1", "n2"]) await cluster.slurm("scontrol", "update", `nodename=${node}`, "state=resume");
    const isIdle = async () =>
      Object.values(await cluster.states()).every((state) => !/PENDING|RUNNING|COMPLETING/.test(state));
    await until("the last job has ended", isIdle);
    const report = () => JSON.parse(Deno.readTextFileSync(join(results, "again.sweep/sweep.json")));
    assertEquals(report().trials.map(({ status }: { status: string }) => status).sort(), [
      "failed",
      "finished",
      "stopped",
    ]);
    assertEquals(report().trials[0].reason, "cancelled before its start, or forgotten by Slurm since its end");
    // The job that concludes fails, too; the one before has submitted the next rung.
    const jobs = Object.entries(await cluster.states()).filter(([id]) => !id.includes("_"));
    assertEquals(jobs.map(([, state]) => state), ["COMPLETED", "FAILED"]);

    const repeated = await run("--wait");
    assertEquals(repeated.code, 0, repeated.stderr);
    assertMatch(repeated.stdout, /submitted {2}job \d+ \(1 task\)/);
    assertEquals(report().trials.filter(({ status }: { status: string }) => status === "failed"), []);
  },
);
