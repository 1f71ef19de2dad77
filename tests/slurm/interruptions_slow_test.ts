/** Tasks of a real Slurm that are interrupted: they go on after the last stored epoch, and nothing is computed twice. */
import { assertEquals, assertMatch } from "@std/assert";
import { commandOf, PROJECT } from "../pipeline/cli/retrace.ts";
import { testWith } from "../programs_here.ts";
import { SLURM, until } from "./cluster.ts";
import { assertSameResults, makeScene, runNames, type Scene, waitForever } from "./scene.ts";

/** Long enough to be interrupted several times. */
const EPOCHS = 400;

/** The task of a run over two seeds, by the seed. */
async function tasksOf({ cluster }: Scene): Promise<string[]> {
  return Object.keys(await cluster.states()).filter((id) => id.includes("_")).sort();
}

/** Fails if any of these records of epochs was written again, or is gone. */
function assertKept({ epochs }: Scene, before: Record<string, number | null>): void {
  const after = epochs();
  assertEquals(Object.fromEntries(Object.keys(before).map((path) => [path, after[path]])), before);
}

testWith(
  "told to end, preempted, and with a controller that is killed, training goes on and has the bytes of one machine",
  SLURM,
  async () => {
    await using scene = await makeScene({ epochs: EPOCHS });
    const { run, cluster, results, epochs } = scene;
    const submitted = await run("--seeds", "0..1", "--slurm");
    assertEquals([submitted.code, submitted.stderr], [0, ""]);
    const waiting = run("--seeds", "0..1", "--slurm", "--wait");
    const [told, preempted] = await tasksOf(scene);
    await until("both train", () => Object.keys(epochs()).length > 10);

    // As before the time limit.
    await cluster.slurm("scancel", "--signal=TERM", "--batch", told);
    await until("it is requeued", async () => (await cluster.states())[told] === "PENDING");
    let before = epochs();
    assertMatch(scene.logs()[told], /^Requeued, to go on from what is stored: [1-9]\d* steps since this start\.$/m);
    assertMatch(
      (await run("--seeds", "0..1", "--slurm")).stdout,
      // It may have been started again already.
      /^ {2}small +(requeued +\d+_0 .*after 1 restart|running +\d+_0 .*) +epoch \d+ of 400 stored$/m,
    );

    const words = ["--partition=urgent", "--exclusive", "--nodelist=n1,n2", "--output=/dev/null", "--wrap=sleep 1"];
    await cluster.slurm("sbatch", ...words);
    await until("the other is preempted", async () => (await cluster.states())[preempted] === "PENDING");
    before = { ...before, ...epochs() };
    await until("both run again", async () => {
      const states = await cluster.states();
      return states[told] === "RUNNING" && states[preempted] === "RUNNING";
    });

    await cluster.killController(told);
    before = { ...before, ...epochs() };
    await cluster.startController();
    const waited = await waiting;
    assertEquals(waited.code, 0, waited.stderr);
    assertMatch(waited.stderr, /^small: done$/m);
    assertKept(scene, before);
    assertEquals(Object.keys(epochs()).length, 2 * (EPOCHS + 1));
    assertEquals(Object.keys(epochs("validate")).length, 2 * (EPOCHS + 1));
    assertSameResults(results, await scene.runHere("--seeds", "0..1", "--jobs", "2"), runNames(2));
  },
);

testWith(
  "the controller does not answer: --wait asks again, other commands say so, and Ctrl-C leaves the jobs alone",
  SLURM,
  async () => {
    await using scene = await makeScene();
    waitForever(scene.small);
    const { run, cluster } = scene;
    assertEquals((await run("--slurm")).code, 0);
    const [program, ...args] = commandOf([
      "run",
      scene.small.config,
      "--results",
      scene.results,
      "--cache",
      scene.cache,
    ]);
    const streams = { stdin: "null", stdout: "piped", stderr: "piped" } as const;
    const waiting = new Deno.Command(program, {
      args: [...args, "--slurm", "--wait"],
      env: cluster.env,
      cwd: PROJECT,
      ...streams,
    }).spawn();
    const output = waiting.output();
    await until("the task waits", () => Object.values(scene.logs()).some((log) => log.includes("tensorize")));
    const [task] = await tasksOf(scene);
    await cluster.killController(task);
    const refused = await run("--slurm");
    assertEquals(refused.code, 1);
    assertMatch(refused.stderr, /^error: Slurm's controller does not .*Unable to contact slurm controller/);
    await cluster.startController();
    waiting.kill("SIGINT");
    const { code, stderr } = await output;
    const text = new TextDecoder().decode(stderr);
    assertEquals(code, 130, text);
    assertMatch(text, /The jobs are left alone; scancel ends them: scancel \d+/);
    assertEquals((await cluster.states())[task], "RUNNING");
  },
);
