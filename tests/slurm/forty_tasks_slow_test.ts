/** Forty runs as tasks of a real Slurm: what is submitted, what becomes of failures, and that the bytes are those of one machine. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testWith } from "../programs_here.ts";
import { SLURM, until } from "./cluster.ts";
import { assertSameResults, frontOf, jsonIn, makeScene, runNames } from "./scene.ts";

const SEEDS = 40;
const seeds = ["--seeds", `0..${SEEDS - 1}`];

/** How many times a stage was computed, by the logs of all tasks. */
function computed(logs: Record<string, string>, stage: string): number {
  return Object.values(logs).flatMap((log) => [...log.matchAll(new RegExp(`^  ${stage} +(run|more) `, "gm"))]).length;
}

testWith(
  "40 tasks in split arrays, one killed, a node drained: reported, resubmitted alone, and the bytes of one machine",
  SLURM,
  async () => {
    await using scene = await makeScene({ maxArraySize: 16, train: 128, test: 64 });
    const { run, cluster, results } = scene;
    const states = async () =>
      Object.groupBy(jsonIn(await run(...seeds, "--slurm", "--dry-run", "--json")), ({ state }) => String(state));
    const planned = await states();
    assertEquals([planned.new?.length, Object.keys(await cluster.states())], [SEEDS, [""]]);

    // Nothing starts before a node is there for it, so what is killed is known.
    for (const node of ["n1", "n2"]) {
      await cluster.slurm(
        "scontrol",
        "update",
        `nodename=${node}`,
        "state=drain",
        "reason=test",
      );
    }
    const waiting = run(...seeds, "--slurm", "--array-limit", "9", "--wait");
    // What follows the arrays is submitted last: what fails from then on, this command does not submit again.
    const isSubmitted = async () => Object.keys(await cluster.states()).length === SEEDS + 1;
    await until("all is submitted", isSubmitted);
    const arrays = Object.keys(await cluster.states()).filter((id) => id.includes("_"));
    assertEquals(arrays.length, SEEDS);
    const jobs = await cluster.slurm("scontrol", "show", "job", "-o");
    // A limit of nine for three arrays.
    assertEquals([...jobs.matchAll(/ ArrayTaskThrottle=3 /g)].length, 3);

    // The same command does not submit them again, and says that they wait.
    const again = await run(...seeds, "--slurm");
    assertEquals([again.code, again.stderr], [0, ""]);
    assertStringIncludes(again.stdout, `${SEEDS} in all: ${SEEDS} pending`);
    assertEquals(await isSubmitted(), true);

    // One node takes all of them, and one is killed as soon as it has begun.
    await cluster.slurm("scontrol", "update", "nodename=n1", "state=resume");
    const victim = arrays[0];
    await until("the task has begun", async () => await frontOf(scene, victim) !== null);
    Deno.kill((await frontOf(scene, victim))!, "SIGKILL");
    const waited = await waiting;
    assertEquals(waited.code, 1, waited.stderr);
    assertMatch(
      waited.stdout,
      /submitted {2}job \d+ \(16 tasks\), \d+ \(16 tasks\), \d+ \(8 tasks\); job \d+ follows and concludes/,
    );
    assertMatch(waited.stderr, /^small: failed {2}\d+_0 {2}killed by SIGKILL/m);
    assertMatch(waited.stderr, /error: small: Its task \d+_0 failed: killed by SIGKILL\. .*_0\.log$/m);
    assertMatch(waited.stdout, /^small +39 /m);
    assertEquals(Object.values(await cluster.states()).filter((state) => state === "FAILED").length >= 1, true);

    // The job that follows says the same in its log, and fails.
    const follows = /job (\d+) follows/.exec(waited.stdout)![1];
    await until(
      "the job that follows has ended",
      async () => /COMPLETED|FAILED/.test((await cluster.states())[follows]),
    );
    assertEquals((await cluster.states())[follows], "FAILED");

    const [failed] = (await states()).failed!;
    assertEquals([failed.run, failed.job, failed.signal, failed.reason], ["small", victim, 9, "killed by SIGKILL"]);
    await cluster.slurm("scontrol", "update", "nodename=n2", "state=resume");
    const repeated = await run(...seeds, "--slurm", "--wait");
    assertEquals(repeated.code, 0, repeated.stderr);
    assertMatch(repeated.stdout, /submitted {2}job \d+ \(1 task\); job/);
    assertEquals((await run(...seeds, "--slurm", "--quiet")).code, 0);

    // One of each array, with the task that was killed.
    const some = [0, 16, 39];
    const here = await scene.runHere("--seeds", some.join(), "--jobs", "2");
    assertSameResults(results, here, some.map((seed) => runNames(SEEDS)[seed]));
    // What the runs share was computed once, and everything else once for each.
    const { [victim]: _, ...logs } = scene.logs();
    assert(["tensorize", "normalize"].every((stage) => computed(logs, stage) <= 1));
    assertEquals(["train", "validate"].map((stage) => computed(logs, stage)), [SEEDS, SEEDS]);
    assertEquals(Object.keys(scene.epochs()).length, SEEDS * 3);
    assert(Object.values(logs).every((log) => !log.includes("\x1b")));
  },
);
