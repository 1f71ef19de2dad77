/** What `run` does with its options, in real processes on a small genuine dataset. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { makeSmallDataset } from "../../small_dataset.ts";
import { filesUnder, mustBeDone, retrace } from "./retrace.ts";

/** A stage as --json tells of it, planned or done. */
interface StageLine {
  stage: string;
  action: string;
  cues: { kind: string }[];
}

const STAGES = ["download", "tensorize", "normalize", "batch", "train", "validate"];

Deno.test("run does what its options say", async (t) => {
  using small = makeSmallDataset();
  const [results, cache] = [small.path("results"), small.path("cache")];
  const run = (...args: string[]) => retrace("run", small.config, "--results", results, "--cache", cache, ...args);
  const foldersNow = () =>
    [...Deno.readDirSync(results)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
  const actionsOf = (stages: StageLine[]) => Object.fromEntries(stages.map(({ stage, action }) => [stage, action]));

  /** The plan of --dry-run --json; makes sure that planning wrote nothing. */
  async function planOf(...args: string[]): Promise<Record<string, string>> {
    const before = [filesUnder(results), filesUnder(cache)];
    const outcome = await run("--dry-run", "--json", ...args);
    mustBeDone(outcome);
    assertEquals([filesUnder(results), filesUnder(cache)], before);
    return actionsOf(JSON.parse(outcome.stdout).plan);
  }

  /** Runs with --json; makes sure that the plan had said what happened. */
  async function runAsPlanned(...args: string[]) {
    const plan = await planOf(...args);
    const outcome = await run("--json", ...args);
    mustBeDone(outcome);
    assertMatch(outcome.stdout, /^\{.*\}\n$/);
    const told = JSON.parse(outcome.stdout);
    const actions = actionsOf(told.stages);
    for (const stage of STAGES) if (plan[stage] !== "depends") assertEquals(actions[stage], plan[stage], stage);
    return { ...told, plan, actions };
  }

  await t.step("--dry-run makes no folder when there is none", async () => {
    const { code, stdout } = await run("--dry-run");
    assertEquals(code, 0);
    for (const stage of STAGES) assertMatch(stdout, new RegExp(`^  ${stage} +(run|depends)`, "m"));
    assertEquals([...Deno.readDirSync(small.folder)].map(({ name }) => name).sort(), ["data", "small.json"]);
  });

  await t.step("--json prints one object with figures, folder and stages, and nothing else", async () => {
    const told = await runAsPlanned();
    assertEquals(told.plan.tensorize, "depends");
    assertEquals(told.actions, Object.fromEntries(STAGES.map((stage) => [stage, "run"])));
    assertEquals([told.run, told.epochs, told.total, told.parameters], ["small", 2, 128, 6370]);
    assertEquals(told.accuracy, told.correct / told.total);
    assertEquals(told.folder, join(results, "small"));
    const metrics = JSON.parse(Deno.readTextFileSync(join(results, "small", "metrics.json")));
    assertEquals(told.accuracy, metrics.accuracy);
    assertEquals(foldersNow(), ["small"]);
  });

  await t.step("a second run finds everything stored", async () => {
    const before = filesUnder(join(results, "small"));
    const told = await runAsPlanned();
    assertEquals(told.actions, Object.fromEntries(STAGES.map((stage) => [stage, "hit"])));
    const after = filesUnder(join(results, "small"));
    assertEquals({ ...after, "run.json": "" }, { ...before, "run.json": "" });
  });

  await t.step("--set with a number names the variant and goes on training", async () => {
    const { run, actions, epochs } = await runAsPlanned("--set", "train.epochs=3");
    assertEquals([run, actions.train, actions.batch, epochs], ["small@train.epochs=3", "continue", "hit", 3]);
  });

  await t.step("--set takes booleans, strings, objects and entries of lists", async () => {
    const sets = [
      "validate.batch_size=32",
      "batch.shuffle=false",
      "train.init=randn",
      'train.optimizer={"name":"basic","lr":0.5}',
      "train.model.0=linear(784,6)",
      "train.model.2=linear(6,10)",
    ];
    const { run } = await runAsPlanned(...sets.flatMap((set) => ["--set", set]));
    const { seed, pipeline } = JSON.parse(Deno.readTextFileSync(join(results, run, "experiment.json")));
    assertEquals([seed, pipeline.validate.batch_size, pipeline.batch.shuffle], [0, 32, false]);
    assertEquals(pipeline.train.init, "randn");
    assertEquals(pipeline.train.optimizer, { name: "basic", lr: 0.5 });
    assertEquals(pipeline.train.model, ["linear(784,6)", "relu", "linear(6,10)", "softmax"]);
    assertMatch(run, /^small@batch\.shuffle=false,train\.init=randn,train\.model\.0=.*~[0-9a-f]{8}$/);
  });

  await t.step("--set of what the file says is the plain run", async () => {
    const { run, actions } = await runAsPlanned("--set", "train.epochs=2", "--set", "tensorize.scale=unit");
    assertEquals([run, actions.train], ["small", "hit"]);
  });

  await t.step("--seeds with a range runs once per seed and sums up", async () => {
    const before = foldersNow();
    const outcome = await run("--seeds", "0..1");
    mustBeDone(outcome);
    assertEquals(foldersNow().filter((name) => !before.includes(name)), ["small@seed=1"]);
    const [a, b] = ["small", "small@seed=1"].map((name) =>
      JSON.parse(Deno.readTextFileSync(join(results, name, "metrics.json"))).accuracy * 100
    );
    assertMatch(outcome.stdout, new RegExp(`^  seed 0 +${a.toFixed(2)} % `, "m"));
    assertMatch(outcome.stdout, new RegExp(`^  seed 1 +${b.toFixed(2)} % `, "m"));
    // Of two values, the 95 % interval reaches 12.706 times half of their distance to both sides.
    const half = 12.7062047 * Math.abs(a - b) / 2;
    const places = Math.min(2, Math.max(0, 1 - Math.floor(Math.log10(half))));
    const sum = `${((a + b) / 2).toFixed(places)} ± ${half.toFixed(places)} %`;
    assertStringIncludes(outcome.stdout, sum);
  });

  await t.step("--seeds with a list and --json prints a line a run, in that order", async () => {
    const outcome = await run("--seeds", "1,0", "--json");
    mustBeDone(outcome);
    const lines = outcome.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(lines.map(({ run }) => run), ["small@seed=1", "small"]);
    assertEquals(lines.flatMap(({ stages }) => stages.map(({ action }: StageLine) => action)), Array(12).fill("hit"));
  });

  await t.step("--force runs a stage again, says so, and gets the same bytes", async () => {
    const before = filesUnder(join(results, "small"));
    const { actions, stages } = await runAsPlanned("--force", "normalize", "--force", "train");
    assertEquals([actions.normalize, actions.train, actions.batch, actions.validate], ["run", "run", "hit", "hit"]);
    assertEquals(stages[4].cues, [{ kind: "forced" }]);
    const after = filesUnder(join(results, "small"));
    assertEquals({ ...after, "run.json": "" }, { ...before, "run.json": "" });
  });

  await t.step("--quiet prints nothing", async () => {
    const outcome = await run("--quiet", "--set", "train.epochs=1");
    mustBeDone(outcome);
    assertEquals(outcome.stdout, "");
    assert(foldersNow().includes("small@train.epochs=1"));
  });

  await t.step("without options it prints a line a stage and a closing table, without colours or a bar", async () => {
    const outcome = await run("--set", "seed=5");
    mustBeDone(outcome);
    const lines = outcome.stdout.split("\n");
    assertMatch(lines[0], /^small@seed=5 {2}linear\(784,8\) → relu .* 6,370 parameters · 2 epochs · seed 5$/);
    STAGES.forEach((stage, i) => assertMatch(lines[i + 1], new RegExp(`^  ${stage} +(hit|run) +[\\d.]+ k?M?B +\\d`)));
    for (const part of ["test accuracy", "of 128 correct", "loss.png", "metrics.json", "seed=5/"]) {
      assertStringIncludes(lines.slice(7).join("\n"), part);
    }
    // deno-lint-ignore no-control-regex -- neither colours nor a carriage return, with which a bar would be redrawn.
    assert(!/[\x1b\r█░]/.test(outcome.stdout + outcome.stderr), outcome.stdout);
  });
});
