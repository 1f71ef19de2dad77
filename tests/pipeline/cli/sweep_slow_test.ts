/** `sweep` in real processes: the same winner and bytes however it was run, and nothing is trained twice. */
import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { everyRecord } from "../../../pipeline/engine/keys/record.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { digestsIn } from "../results/written_run.ts";
import { commandOf, mustBeDone, type Outcome, PROJECT, retrace } from "./retrace.ts";
import { EPOCHS, filesOf, folders, SECTION, sweep, sweepFile } from "./swept.ts";

/** The number of steps of training that are stored. */
function trainedSteps(cache: string): number {
  return [...everyRecord(new Store(cache))].filter(([, record]) => {
    const { stage, step } = (record?.request ?? {}) as { stage?: string; step?: number };
    return stage === "train" && step !== undefined && step > 0;
  }).length;
}

/** The records of single steps of training, by their names: each with what tells it from one that was written again. */
function stepFiles(cache: string): Record<string, number | null> {
  const folder = join(cache, "records/train/steps");
  return Object.fromEntries(
    [...Deno.readDirSync(folder)].map(({ name }) => [name, Deno.statSync(join(folder, name)).ino]),
  );
}

Deno.test("a sweep ends in the same winner with the same bytes: one process, three, or killed and started again", async () => {
  using small = makeSmallDataset({ train: 512 });
  const file = sweepFile(small);
  mustBeDone(await sweep(small, file, "one"));
  mustBeDone(await sweep(small, file, "jobs", "--jobs", "3"));
  let kept: Record<string, number | null> = {};
  for (let kills = 0; kills < 4; kills++) {
    const [program, ...args] = commandOf(["sweep", file, ...folders(small, "killed"), "--jobs", "2"]);
    const child = new Deno.Command(program, { args, cwd: PROJECT, stdout: "null", stderr: "null" }).spawn();
    const before = trainedSteps(small.path("killed-cache"));
    // Killed when it has trained a few epochs more.
    while (trainedSteps(small.path("killed-cache")) < before + 3) await new Promise((end) => setTimeout(end, 5));
    child.kill("SIGKILL");
    await child.status;
    // A record that is there was stored once, by this process or by one before.
    kept = { ...stepFiles(small.path("killed-cache")), ...kept };
  }
  mustBeDone(await sweep(small, file, "killed", "--jobs", "2"));
  const after = stepFiles(small.path("killed-cache"));
  assertEquals(Object.fromEntries(Object.keys(kept).map((name) => [name, after[name]])), kept, "trained twice");
  const [one, jobs, killed] = ["one", "jobs", "killed"].map((name) => filesOf(small, name));
  assertEquals(jobs, one);
  assertEquals(killed, one);
  // 9 trials for an epoch, 3 of them for two more, 1 for six more: nothing else was trained, and nothing twice.
  assertEquals(one.report.trained, 9 + 3 * 2 + 6);
  for (const name of ["one", "jobs", "killed"]) assertEquals(trainedSteps(small.path(`${name}-cache`)), 9 + 3 * 2 + 6);

  // The winner is what run makes of its values.
  const winner = one.report.trials[one.report.winner.trial];
  const set = Object.entries(winner.choices).flatMap(([path, value]) => ["--set", `${path}=${value}`]);
  mustBeDone(await retrace("run", file, ...folders(small, "run"), ...set));
  assertEquals([digestsIn(join(small.path("run-results"), one.report.winner.runs[0]))], one.winner);
});

Deno.test("a finished sweep has nothing to do; more trials add what is missing", async () => {
  using small = makeSmallDataset();
  const file = sweepFile(small);
  const cache = small.path("a-cache");
  const first = await sweep(small, file, "a", "--set", "sweep.trials=3");
  mustBeDone(first);
  const trained = trainedSteps(cache);
  // Files that were written a moment ago prove nothing: until then, everything is checked again.
  let known: Outcome;
  do {
    known = await sweep(small, file, "a", "--set", "sweep.trials=3", "--verbose");
    assertEquals(known.code, 0);
    assertEquals(trainedSteps(cache), trained);
  } while (known.stderr.includes("worker:"));
  assertStringIncludes(first.stdout, known.stdout.trim().split("\n").at(-1)!);

  // That rests on every file that it has written, on the winner's results, and on the experiment.
  const receipts = [...Deno.readDirSync(join(cache, "receipts"))].map(({ name }) =>
    JSON.parse(Deno.readTextFileSync(join(cache, "receipts", name)).split("\n")[1])
  );
  const { files, restsOn } = receipts.find(({ subject }) => subject.includes('"sweep":'))!;
  const names = files.map(([path]: string[]) => path.slice(small.folder.length + 1));
  for (const name of ["sweep.html", "trials.csv", "sweep.json"].map((one) => `a-results/swept.sweep/${one}`)) {
    assert(names.includes(name), name);
  }
  assertEquals([restsOn.length, names.includes("swept.json")], [1, true]);
  const text = Deno.readTextFileSync(file);
  Deno.writeTextFileSync(file, text.replace('"validation": 64', '"validation": 65'));
  mustBeDone(await sweep(small, file, "a", "--set", "sweep.trials=3"));
  const others = trainedSteps(cache) - trained;
  assert(others > 0);
  Deno.writeTextFileSync(file, text);

  const before = filesOf(small, "a").report.trials.map(({ choices }: { choices: unknown }) => choices);
  mustBeDone(await sweep(small, file, "a"));
  const after = filesOf(small, "a").report;
  assertEquals(after.trials.slice(0, 3).map(({ choices }: { choices: unknown }) => choices), before);
  assertEquals(after.trials.length, 9);
  // What had been trained is part of what was needed: no step was stored twice under another key.
  assertEquals(trainedSteps(cache) - others, after.trained);
});

Deno.test("a sweep without validation rows, with a test figure or with bad values is refused before anything is trained", async () => {
  using small = makeSmallDataset();
  const refused = async (file: string, expected: RegExp, ...args: string[]) => {
    const { code, stderr, stdout } = await sweep(small, file, "refused", ...args);
    assertEquals([code, stdout], [2, ""], stderr);
    assertMatch(stderr, expected);
  };
  const parameters = { "train.optimizer.lr": { values: [0.1] } };
  const plain = small.write("plain.json", { ...small.experiment, sweep: { method: "grid", parameters } });
  await refused(plain, /the test set must not choose\. Draw validation rows: add "split": \{ "validation": 0\.1 \}/);
  await refused(small.config, /has no section "sweep"\. Add one/);
  const swept = (sweep: Record<string, unknown>) => sweepFile(small, sweep);
  await refused(swept({ ...SECTION, metric: "accuracy" }), /accuracy, which must not choose/);
  await refused(swept({ ...SECTION, metric: "acuracy" }), /which is no figure/);
  await refused(swept({ ...SECTION, metric: "train_loss" }), /train_loss, by which trials are not ranked\. /);
  await refused(swept({ ...SECTION, trails: 3 }), /trails/);
  await refused(swept({ ...SECTION, min_epochs: 10 }), /at most 9/);
  await refused(swept({ ...SECTION, parameters: {} }), /sweep\.parameters is empty/);
  const lr = (one: unknown) => swept({ ...SECTION, parameters: { "train.optimizer.lr": one } });
  await refused(lr({ min: 0, max: 1, scale: "log" }), /min must be positive/);
  await refused(lr({ min: 2, max: 1 }), /min must be less than max/);
  await refused(lr({ min: -1e308, max: 1e308 }), /max - min must be a finite number/);
  await refused(lr({ min: 0, max: "1" }), /lr\.max: expected a number, but found "1"/);
  await refused(swept({ ...SECTION, seeds: "0..99999" }), /swept\.json: sweep\.seeds expects an ascending range/);
  await refused(swept({ method: "grid", parameters: { seed: { values: [1, 2] } } }), /seed cannot vary\..*"seeds"/);
  await refused(lr([0.1, 0.2]), /expected \{ "values": \[…\] \} or \{ "min": …, "max": … \}, but found \[0\.1,0\.2\]/);
  const epochs = { "train.epochs": { min: 1, max: 9 } };
  await refused(swept({ method: "random", trials: 2, parameters: epochs }), /whole numbers, add "integer": true/);
  await refused(
    swept({ method: "grid", parameters: { "train.optimizer.lr": { values: [0.1, -1] } } }),
    /Trial 1 .*lr/s,
  );
  await refused(
    swept({ method: "grid", parameters: { "train.epochs": { values: [1, 2] } } }),
    /./,
    "--set",
    "sweep.metric=loss",
  );
  await refused(
    swept({ ...SECTION, parameters: { "train.epochs": { values: [5, 9] } } }),
    /all trials must have the same number/,
  );
  const { pipeline } = small.experiment;
  const train = { ...pipeline.train, model: ["linear(784,1)"], loss: { name: "mean-squared-error" }, epochs: 2 };
  const numbers = (sweep: Record<string, unknown>) =>
    small.write("numbers.json", {
      ...small.experiment,
      sweep: { method: "grid", parameters, ...sweep },
      pipeline: { ...pipeline, tensorize: { target: "number" }, split: { validation: 64 }, train },
    });
  await refused(numbers({ metric: "validation.accuracy" }), /have no accuracy\. Write "metric": "validation\.loss"\./);
  const shown = await sweep(small, numbers({}), "refused", "--dry-run");
  assertStringIncludes(shown.stdout, "for the lowest validation loss", shown.stderr);
  assertThrows(() => Deno.statSync(small.path("refused-results")), Deno.errors.NotFound);
});

Deno.test("sweep status and --dry-run say what is known and what comes next, and change nothing", async () => {
  using small = makeSmallDataset();
  const file = sweepFile(small);
  const status = (name: string) => retrace("sweep", "status", file, ...folders(small, name));
  const empty = await status("none");
  mustBeDone(empty);
  assertStringIncludes(empty.stdout, "Next: 9 trials to epoch 1; then the best of them go on.");
  const dry = await sweep(small, file, "none", "--dry-run", "--json");
  mustBeDone(dry);
  assertEquals(JSON.parse(dry.stdout).next.length, 9);
  mustBeDone(await sweep(small, file, "a"));
  const done = await status("a");
  assertMatch(done.stdout, /rung 3 of 3.*\n[^]*\* best by validation accuracy: trial \d[^]*Nothing is left to train\./);
});

Deno.test("trials with several seeds: each is trained with all, and the winner has results for each", async () => {
  using small = makeSmallDataset();
  const section = { method: "grid", parameters: { "train.optimizer.lr": { values: [0.0001, 0.003] } }, seeds: "0..2" };
  mustBeDone(await sweep(small, sweepFile(small, section), "a", "--jobs", "2"));
  const { report, winner } = filesOf(small, "a");
  assertEquals([report.seeds, winner.length, report.trained], [[0, 1, 2], 3, 2 * 3 * EPOCHS]);
  assert(report.trials.every(({ interval }: { interval: number }) => interval > 0));
  assertMatch(report.winner.verdict, /paired t test over 3 seeds|no measurable spread/);
});

Deno.test("a trial whose figures cannot be noted fails, instead of being trained for ever", async () => {
  using small = makeSmallDataset();
  const section = { method: "grid", parameters: { "train.optimizer.lr": { values: [0.001, 0.01] } } };
  Deno.mkdirSync(small.path("a-cache"));
  small.write("a-cache/trials", "A file where the folder of notes would be.");
  const { code, stderr } = await sweep(small, sweepFile(small, section), "a");
  assertEquals(code, 1);
  assertMatch(stderr, /error: trial 1: its figures cannot be noted in the cache/);
});
