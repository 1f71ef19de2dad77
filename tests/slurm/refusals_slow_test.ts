/** What a real Slurm refuses, what goes wrong in its tasks, and names that a shell would read otherwise. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { basename, join } from "node:path";
import { commandOf, outcomeOf } from "../pipeline/cli/retrace.ts";
import { testWith } from "../programs_here.ts";
import { type Cluster, SLURM, until } from "./cluster.ts";
import { jsonIn, makeScene, waitForever } from "./scene.ts";

/** Forbids or allows all nodes to take jobs. */
async function setNodes({ slurm }: Cluster, state: "drain" | "resume"): Promise<void> {
  for (const node of ["n1", "n2"]) {
    await slurm(
      "scontrol",
      "update",
      `nodename=${node}`,
      `state=${state}`,
      ...(state === "drain" ? ["reason=test"] : []),
    );
  }
}

async function untilEnded(cluster: Cluster, task: string): Promise<string> {
  const isEnded = async () => /COMPLETED|FAILED|TIMEOUT|CANCELLED/.test((await cluster.states())[task] ?? "");
  await until(`task ${task} has ended`, isEnded);
  return (await cluster.states())[task];
}

testWith("what Slurm refuses is said in its own words, and nothing is noted as submitted", SLURM, async () => {
  await using scene = await makeScene();
  const { run, cluster, small } = scene;
  const refused = await run("--slurm", "--partition", "no such; touch pwned");
  assertEquals(refused.code, 1);
  assertMatch(
    refused.stderr,
    /^error: sbatch refuses: invalid partition specified: no such; touch pwned; .*Invalid partition/,
  );
  const [row] = jsonIn(await run("--slurm", "--dry-run", "--json"));
  assertEquals([row.run, row.state], ["small", "new"]);
  const own = await run("--slurm", "--sbatch", "--mem=1G --outp=x");
  assertEquals([own.code, own.stderr.split(",")[0]], [2, 'error: --sbatch cannot take "--outp=x"']);

  // A folder with a deno, and nothing else.
  const bin = small.path("bin");
  Deno.mkdirSync(bin);
  Deno.symlinkSync(Deno.execPath(), join(bin, "deno"));
  const [program, ...args] = commandOf([
    "run",
    small.config,
    "--results",
    scene.results,
    "--cache",
    scene.cache,
    "--slurm",
  ]);
  const without = await outcomeOf([program, ...args], { ...cluster.env, PATH: bin, NO_COLOR: "1" });
  assertEquals(without.code, 1);
  assertMatch(
    without.stderr,
    /^error: Cannot start scontrol, a program of Slurm: it is not in PATH\. Run this where jobs are submitted/,
  );
});

testWith(
  "an edited experiment, a log that cannot be written, and a cancelled task are failures that say what to do",
  SLURM,
  async () => {
    await using scene = await makeScene();
    const { run, cluster, results, small } = scene;
    await setNodes(cluster, "drain");
    assertEquals((await run("--slurm")).code, 0);
    small.write("small.json", { ...small.experiment, seed: 7 });
    assertEquals((await run("--slurm")).code, 0);
    const folders = [...Deno.readDirSync(join(results, ".slurm"))].filter(({ isDirectory }) => isDirectory).map((
      { name },
    ) => name);
    const ofSecond = folders.find((name) =>
      Deno.readTextFileSync(join(results, ".slurm", name, "submission.json")).includes('"job":"3"')
    )!;
    Deno.renameSync(join(results, ".slurm", ofSecond), small.path("moved"));
    await setNodes(cluster, "resume");
    assertEquals([await untilEnded(cluster, "1_0"), await untilEnded(cluster, "3_0")], ["FAILED", "FAILED"]);
    assertStringIncludes(scene.logs()["1_0"], "was edited after this was submitted. Submit it again.");
    Deno.renameSync(small.path("moved"), join(results, ".slurm", ofSecond));
    const [row] = jsonIn(await run("--slurm", "--dry-run", "--json"));
    assertEquals([row.state, row.job], ["failed", "3_0"]);
    assertMatch(String(row.reason), /^its log cannot be written: is .* on a file system that n\d shares\?$/);

    await setNodes(cluster, "drain");
    assertMatch((await run("--slurm")).stdout, /submitted {2}job 5 \(1 task\)/);
    await cluster.slurm("scancel", "5");
    const cancelled = await run("--slurm", "--dry-run");
    assertMatch(cancelled.stdout, /^ {2}small +failed +5_0 +cancelled/m);
  },
);

testWith("a time limit that is shorter than an epoch: requeued once, then an error that says so", SLURM, async () => {
  await using scene = await makeScene();
  const { run, cluster, small } = scene;
  waitForever(small);
  assertEquals((await run("--slurm", "--time", "2")).code, 0);
  const waiting = run("--slurm", "--time", "2", "--wait");
  // As Slurm does it, up to a minute before the time limit and the minute's notice.
  for (const starts of [1, 2]) {
    const hasStarted = () => (scene.logs()["1_0"] ?? "").split("tensorize").length > starts;
    await until(`the task has started ${starts} times`, hasStarted);
    await cluster.slurm("scancel", "--signal=TERM", "--batch", "1_0");
    if (starts === 1) await until("it waits again", async () => (await cluster.states())["1_0"] === "PENDING");
  }
  const waited = await waiting;
  assertEquals(waited.code, 1);
  assertMatch(waited.stderr, /^small: requeued/m);
  assertMatch(
    waited.stderr,
    /^error: small: Its task 1_0 failed: exit code 1\. .*1_0\.log\n {2}.*\n {2}.*\n {2}error: No epoch was completed/m,
  );
  assertMatch(
    scene.logs()["1_0"],
    /^error: No epoch was completed since the task was restarted: the time limit is too short\. --time /m,
  );
  assertMatch((await run("--slurm", "--dry-run")).stdout, /^ {2}error: No epoch was completed/m);
});

testWith("names with spaces, quotes and what a shell would run reach the tasks as they are", SLURM, async () => {
  await using scene = await makeScene();
  const { cluster, small } = scene;
  const folder = small.path(`it's "a" $(touch pwned) %A & \`b\`; *`);
  Deno.mkdirSync(folder);
  const config = join(folder, "it's $HOME.json");
  Deno.writeTextFileSync(config, JSON.stringify(small.experiment));
  const args = [
    "--results",
    join(folder, "results"),
    "--cache",
    join(folder, "cache"),
    "--set",
    "train.epochs=\r\n  3",
    "--data",
    small.data,
    "--slurm",
  ];
  const command = commandOf(["run", config, ...args]);
  const submitted = await outcomeOf(command, cluster.env);
  assertEquals([submitted.code, submitted.stderr], [0, ""]);
  assertEquals(await untilEnded(cluster, "1_0"), "COMPLETED");
  assertEquals(await untilEnded(cluster, "2"), "COMPLETED");
  const done = await outcomeOf([...command, "--wait", "--json"], cluster.env);
  assertEquals([done.code, done.stderr, jsonIn(done)[0].epochs], [0, "", 3]);
  const made = [Deno.cwd(), small.folder, folder].flatMap((path) =>
    [...Deno.readDirSync(path)].map(({ name }) => name)
  );
  assert(!made.some((name) => basename(name).includes("pwned") && !name.includes("$(")));
});

testWith(
  "commands at the same time, and one that was killed before it noted its job, submit nothing twice",
  SLURM,
  async () => {
    await using scene = await makeScene();
    const { run, cluster, results } = scene;
    await setNodes(cluster, "drain");
    const commands = await Promise.all([1, 2, 3].map(() => run("--slurm", "--seeds", "0..1")));
    assertEquals(commands.map(({ code, stderr }) => [code, stderr]), commands.map(() => [0, ""]));
    const submitted = ["1_0", "1_1", "2"];
    assertEquals(Object.keys(await cluster.states()).sort(), submitted);

    const [folder] = [...Deno.readDirSync(join(results, ".slurm"))].filter(({ isDirectory }) => isDirectory);
    const path = join(results, ".slurm", folder.name, "submission.json");
    const note = JSON.parse(Deno.readTextFileSync(path));
    Deno.writeTextFileSync(path, JSON.stringify({ ...note, arrays: [{ tasks: 2, job: null }] }));
    assertStringIncludes((await run("--slurm", "--seeds", "0..1")).stdout, "2 in all: 2 pending");
    // Another command with one of the runs does not submit that again, either.
    assertMatch((await run("--slurm", "--seeds", "1")).stdout, /1 in all: 1 pending/);
    assertEquals(Object.keys(await cluster.states()).sort(), submitted);
  },
);
